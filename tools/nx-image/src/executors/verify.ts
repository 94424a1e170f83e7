/** Nx executor `@pysan/nx-image:verify`; its options are those of build.schema.json, which go on to the build. */
import type { ExecutorContext } from '@nx/devkit';
import { referenceOf } from '@pysan/model';

import { planImage } from '@pysan/building';
import type { BuildRequest } from '@pysan/resolution';
import { verifyBuilt } from '@pysan/proving';
import { runTask } from './run-task.ts';

const report = (line: string): void => {
  console.log(line);
};

/** Verifies the image of the task's project, which Nx has built before, and writes report.json beside build.json. */
export default function verify(request: BuildRequest, context: ExecutorContext): Promise<{ success: boolean }> {
  const { root, projectName: imageName = '' } = context;
  return runTask(async () => {
    const { build } = await planImage({ root, imageName, request });
    const { verdict } = await verifyBuilt({ root, imageName, reference: referenceOf(build), report });
    return verdict === 'pass';
  });
}
