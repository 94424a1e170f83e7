/** The world of a build on this machine. */
import { dockerEngine } from '@pysan/engine';
import { readRecipeSource } from '@pysan/workspace';

import type { BuildWorld } from './build-image.ts';
import { runBuild } from './run-build.ts';

/** Builds by the engine that docker talks to. `takePublished` pulls published parents, if wanted. */
export function dockerWorld(
  root: string,
  report: (line: string) => void,
  takePublished?: BuildWorld['takePublished'],
): BuildWorld {
  return {
    ...{ root, engine: dockerEngine, runBuild, report, takePublished },
    readRecipeSource: () => readRecipeSource(root),
    now: () => performance.now(),
  };
}
