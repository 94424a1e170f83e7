/** The interface of the container engine. Use cases take it as an argument, and their tests pass a recording one. */
import { type Container, type CaptureOptions, type ContainerResult, runContainer } from './containers.ts';
import { type HostFacts, readHostFacts } from './host-facts.ts';
import { findImagesBy, type ImageFacts, removeTag, tagImage } from './images.ts';
import { requireBuildx } from './open-engine.ts';
import { pullImage, pushImage } from './transfer.ts';

export interface ContainerEngine {
  /** The images under these names, by name. Throws an EngineError if the engine does not answer. */
  readonly findImages: (names: readonly string[]) => Promise<ReadonlyMap<string, ImageFacts>>;
  readonly tagImage: (from: string, to: string) => Promise<void>;
  readonly removeTag: (name: string) => Promise<void>;
  /** `env` adds the credentials for the registry to this process's environment. Throws an UpstreamError if it fails. */
  readonly pullImage: (reference: string, env: Readonly<Record<string, string>>) => Promise<void>;
  /** Returns the digest that the registry has after the push. */
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
