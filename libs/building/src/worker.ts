/**
 * Runs one @nx-tools/nx-container build in a separate process, because that function writes directly to stdout and may only
 * be called once per process. The options come as JSON on stdin.
 */
import { text } from 'node:stream/consumers';

import type { ExecutorContext } from '@nx/devkit';
import { run } from '@nx-tools/nx-container';

interface Order {
  readonly options: Parameters<typeof run>[0];
  readonly root: string;
}

const { options, root } = JSON.parse(await text(process.stdin)) as Order;
try {
  await run(options, { root, cwd: root, isVerbose: false } as ExecutorContext);
} catch (error) {
  // The cause is above this in the log. A stack trace would push it out of the last lines.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
