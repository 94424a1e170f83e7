export { findAptMirror, findSecurityMirror } from './apt-mirror.ts';
export * from './build-network.ts';
export { type ContainerEngine, dockerEngine } from './container-engine.ts';
export {
  type CaptureOptions,
  type Container,
  type ContainerResult,
  execContainer,
  type Mount,
  runContainer,
  runLimited,
} from './containers.ts';
export { describeEngine } from './describe-engine.ts';
export { docker, dockerError, tryDocker } from './docker.ts';
export { holdSignals } from './hold-signals.ts';
export { type HostFacts, readHostFacts, readMmapRndBits } from './host-facts.ts';
export * from './images.ts';
export { imageArchitecture, nextStep, type Step } from './ladder.ts';
export * from './open-engine.ts';
export { findOwnPid, type OwnEngine, ownEngine, startEngine, stopEngine } from './own-engine.ts';
export { probeEngine, readSituation } from './situation.ts';
export * from './thread-sanitizer.ts';
export { type Base, baseReference, identityLabel, identityOf } from './base-identity.ts';
export { stopOnSignals } from './stop-on-signals.ts';
