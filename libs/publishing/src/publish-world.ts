/** What a publication works with, and what its steps share. */
import type { MadeFrom } from '@pysan/building';
import type { ContainerEngine } from '@pysan/engine';
import type { Origin } from '@pysan/evidence';
import type { Build } from '@pysan/model';
import type { NamedImage, Target } from '@pysan/releases';
import type { Resolved } from '@pysan/resolution';
import type { Report } from '@pysan/verification';

import type { ImageSigner } from './sign.ts';

export interface PublishWorld {
  /** Of the repository. */
  readonly root: string;
  /** What the images are made from, for their provenance. */
  readonly checkout: Pick<Origin, 'project' | 'commit'>;
  /** Of the registry: `ghcr.io`. */
  readonly host: string;
  /** Where an image is published; one connection serves all of them. */
  readonly target: (image: string) => Target;
  readonly engine: ContainerEngine;
  /** What docker needs in its environment to ask the registry as who pysan asks it. */
  readonly env: Readonly<Record<string, string>>;
  readonly signer: ImageSigner;
  /** Builds an image of the resolution from those published ones, which the engine has, whatever it has of the build itself. */
  readonly buildImage: (resolved: Resolved, image: string, from: MadeFrom) => Promise<void>;
  /** Runs the checks of an image on what a reference names. */
  readonly verify: (image: string, reference: string) => Promise<Report>;
  readonly now: () => Date;
  /** Gets one line of progress at a time. */
  readonly report: (line: string) => void;
}

/** One image on its way: what the steps of a publication share. */
export interface Publication {
  readonly world: PublishWorld;
  readonly resolved: Resolved;
  readonly build: Build;
  readonly target: Target;
  readonly image: NamedImage;
  /** Digests of what its signature covers so far. */
  readonly covers: ReadonlySet<string>;
}
