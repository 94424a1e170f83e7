/** The container engine as use cases see it: they take it as an argument, and their tests hand in a recording one. */
import { type Container, type CaptureOptions, type ContainerResult, runContainer } from './containers.ts';
import { type HostFacts, readHostFacts } from './host-facts.ts';
import { findImagesBy, type ImageFacts, removeTag, tagImage } from './images.ts';
import { requireBuildx } from './open-engine.ts';
import { pullImage, pushImage } from './transfer.ts';

export interface ContainerEngine {
  /** The images that it has, by the names that were asked for. EngineError when it cannot tell. */
  readonly findImages: (names: readonly string[]) => Promise<ReadonlyMap<string, ImageFacts>>;
  readonly tagImage: (from: string, to: string) => Promise<void>;
  readonly removeTag: (name: string) => Promise<void>;
  /** `env` says who asks the registry, beside that of this process. UpstreamError when it fails. */
  readonly pullImage: (reference: string, env: Readonly<Record<string, string>>) => Promise<void>;
  /** Answers the digest that the registry has then. */
  readonly pushImage: (name: string, env: Readonly<Record<string, string>>) => Promise<string>;
  readonly runContainer: (container: Container, options?: CaptureOptions) => Promise<ContainerResult>;
  readonly readHostFacts: () => Promise<Pick<HostFacts, 'mmapRndBits' | 'seccomp'>>;
  readonly requireBuildx: () => Promise<unknown>;
}

/** The engine that docker talks to. */
export const dockerEngine: ContainerEngine = {
  findImages: findImagesBy,
  tagImage,
  removeTag,
  pullImage,
  pushImage,
  runContainer,
  readHostFacts,
  requireBuildx,
};
