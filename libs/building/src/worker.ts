/**
 * Runs one @nx-tools/nx-container build: a process of its own, because that writes straight to its own
 * stdout, and may be called once per process only. Its options come as JSON on stdin.
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
  // What matters is above it in the log; a stack would push that out of the last lines.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
