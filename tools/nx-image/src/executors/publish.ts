/** Nx executor `@pysan/nx-image:publish`; its options are those of publish.schema.json. */
import type { ExecutorContext } from '@nx/devkit';
import { parseNamespace } from '@pysan/registry';

import type { BuildRequest } from '@pysan/resolution';
import { publishImage } from '@pysan/publishing';
import { runTask } from './run-task.ts';

interface PublishOptions extends BuildRequest {
  readonly to: string;
  readonly apply: boolean;
}

/** Publishes the image of the task's project, or says how. Nx has done so with its parent before, by `dependsOn`. */
export default function publish(
  { to, apply, ...request }: PublishOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const { root, projectName: imageName = '', taskGraph } = context;
  const together = Object.values(taskGraph?.tasks ?? {}).map(({ target }) => target.project);
  const report = (line: string): void => {
    console.log(line);
  };
  return runTask(async () => {
    await publishImage({ root, imageName, request, together, report, namespace: parseNamespace(to), apply });
    return true;
  });
}
