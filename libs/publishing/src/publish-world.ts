/** The world of a publication, and the state that its steps share. */
import type { MadeFrom } from '@pysan/building';
import type { ContainerEngine } from '@pysan/engine';
import type { Origin } from '@pysan/evidence';
import type { Build } from '@pysan/model';
import type { NamedImage, Target } from '@pysan/releases';
import type { Resolved } from '@pysan/resolution';
import type { Report } from '@pysan/verification';

import type { ImageSigner } from './sign.ts';

export interface PublishWorld {
  /** The root of the repository. */
  readonly root: string;
  /** The sources of the images, for their provenance. */
  readonly checkout: Pick<Origin, 'project' | 'commit'>;
  /** The host of the registry: `ghcr.io`. */
  readonly host: string;
  /** The target of an image. One connection serves all targets. */
  readonly target: (image: string) => Target;
  readonly engine: ContainerEngine;
  /** The environment that gives docker pysan's credentials for the registry. */
  readonly env: Readonly<Record<string, string>>;
  readonly signer: ImageSigner;
  /** Builds an image of the resolution from the given published images, which the engine has. Ignores an existing image of the build. */
  readonly buildImage: (resolved: Resolved, image: string, from: MadeFrom) => Promise<void>;
  /** Runs the checks of an image on a reference. */
  readonly verify: (image: string, reference: string) => Promise<Report>;
  readonly now: () => Date;
  /** Called with each line of progress. */
  readonly report: (line: string) => void;
}

/** The publication of one image: the state that its steps share. */
export interface Publication {
  readonly world: PublishWorld;
  readonly resolved: Resolved;
  readonly build: Build;
  readonly target: Target;
  readonly image: NamedImage;
  /** The digests that its signature covers so far. */
  readonly covers: ReadonlySet<string>;
}
