/** Nx executor `@pysan/nx-image:publish`. Its options are in publish.schema.json. */
import type { ExecutorContext } from '@nx/devkit';
import { foretellChain, publishChain, withForetellWorld, withPublishWorld } from '@pysan/publishing';
import { parseNamespace } from '@pysan/registry';
import { findBase } from '@pysan/releases';

import type { TaskOptions } from '../task-options.ts';
import { taskResolution } from '../task-resolution.ts';
import { report, runTask } from './run-task.ts';

interface PublishOptions extends TaskOptions {
  readonly to: string;
  readonly apply: boolean;
}

/** Publishes the image of the task's project and its parents in one process, or shows the steps. */
export default function publish(
  { to, apply, ...options }: PublishOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runTask(async () => {
    const destination = { root: context.root, namespace: parseNamespace(to), report };
    const resolved = await taskResolution(options, context, apply ? undefined : findBase);
    await (apply
      ? withPublishWorld(destination, (world) => publishChain(world, resolved))
      : withForetellWorld(destination, (world) => foretellChain(world, resolved)));
    return true;
  });
}
