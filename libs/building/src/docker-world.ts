/** The world of a build on this machine. */
import { dockerEngine } from '@pysan/engine';

import type { BuildWorld } from './build-image.ts';
import { runBuild } from './run-build.ts';

/** Builds by the engine that docker talks to; `takePublished` where published parents are wanted. */
export function dockerWorld(
  root: string,
  report: (line: string) => void,
  takePublished?: BuildWorld['takePublished'],
): BuildWorld {
  return { root, engine: dockerEngine, runBuild, now: () => performance.now(), report, takePublished };
}
