/** Runs the workspace's own Nx. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { root } from './repository.ts';

/** The standard output of `nx …`; throws when it fails. The daemon would outlive the test, and gains nothing; plugins in processes of their own take longer. */
export function nx(...args: readonly string[]): string {
  const env = { ...process.env, NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false' };
  return execFileSync(path.join(root, 'node_modules/.bin/nx'), args, { cwd: root, encoding: 'utf8', env });
}
