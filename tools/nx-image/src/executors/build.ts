/** Nx executor `@pysan/nx-image:build`; its options are those of build.schema.json. */
import type { ExecutorContext } from '@nx/devkit';

import { buildImage } from '@pysan/building';
import type { BuildRequest } from '@pysan/resolution';
import { runTask } from './run-task.ts';

/** Builds the image of the task's project. Nx has built its parent before, by `dependsOn`. */
export default function build(request: BuildRequest, context: ExecutorContext): Promise<{ success: boolean }> {
  const { root, projectName: imageName = '', taskGraph } = context;
  const together = Object.values(taskGraph?.tasks ?? {}).map(({ target }) => target.project);
  return runTask(async () => {
    await buildImage({ root, imageName, request, together, report: (line) => console.log(line) });
    return true;
  });
}
