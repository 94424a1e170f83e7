/** Nx executor `@pysan/nx-image:build`. Its options are in build.schema.json. */
import type { ExecutorContext } from '@nx/devkit';
import { buildImage, dockerWorld } from '@pysan/building';

import type { TaskOptions } from '../task-options.ts';
import { taskResolution } from '../task-resolution.ts';
import { report, runTask } from './run-task.ts';

/** Builds the image of the task's project. Nx has already built its parent, by `dependsOn`. */
export default function build(options: TaskOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { root, projectName: imageName = '' } = context;
  return runTask(async () => {
    const resolved = await taskResolution(options, context);
    const take = options.parents === undefined ? undefined : await openParents(root, options.parents);
    await buildImage(dockerWorld(root, report, take), resolved, imageName);
    return true;
  });
}

async function openParents(root: string, parents: string) {
  const [{ parseNamespace }, { openTargets, takerOf }, { dockerEngine }] = await Promise.all([
    import('@pysan/registry'),
    import('@pysan/releases'),
    import('@pysan/engine'),
  ]);
  const namespace = parseNamespace(parents);
  return takerOf({ root, namespace, target: openTargets(namespace, process.env), engine: dockerEngine, report });
}
