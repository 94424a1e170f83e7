/** Nx executor `@pysan/nx-image:verify`; its options are those of build.schema.json, which go on to the build. */
import type { ExecutorContext } from '@nx/devkit';
import { referenceOf } from '@pysan/model';
import { verifyBuilt } from '@pysan/proving';
import { buildOf } from '@pysan/resolution/resolved';

import type { TaskOptions } from '../task-options.ts';
import { taskResolution } from '../task-resolution.ts';
import { report, runTask } from './run-task.ts';

/** Verifies the image of the task's project, which Nx has built before, and writes report.json beside build.json. */
export default function verify(options: TaskOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { root, projectName: imageName = '' } = context;
  return runTask(async () => {
    const build = buildOf(await taskResolution(options, context), imageName);
    const { verdict } = await verifyBuilt({ root, imageName, reference: referenceOf(build), report });
    return verdict === 'pass';
  });
}
