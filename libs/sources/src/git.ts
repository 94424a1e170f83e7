/** The newest commit of a branch, as git sees it: whatever address and credentials git knows count here too. */
import { EngineError, UpstreamError } from '@pysan/model';
import { execa } from 'execa';

const timeoutMs = 30_000;

/**
 * The commit that a branch points at, 40 or 64 hex digits; undefined when the repository has no such branch.
 * Throws an UpstreamError when git cannot tell, an EngineError when it is missing. `repository` is an address or a folder; `caBundle` a file for git to
 * trust, unless its own settings in the environment name one.
 */
export async function findBranchCommit(
  repository: string,
  branch: string,
  caBundle?: string,
): Promise<string | undefined> {
  const reference = `refs/heads/${branch}`;
  const { code, exitCode, stdout, stderr, timedOut, shortMessage } = await execa(
    'git',
    ['ls-remote', '--exit-code', repository, reference],
    { reject: false, timeout: timeoutMs, stdin: 'ignore', env: gitEnvironment(caBundle) },
  );
  if (code === 'ENOENT') {
    throw new EngineError(`git is not installed, and it is needed to find the commit of ${branch}: install it.`);
  }
  // With --exit-code git ends with 2 when it was answered and nothing matched.
  if (exitCode === 2) {
    return undefined;
  }
  const commit = exitCode === 0 ? stdout.split('\t')[0] : undefined;
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) {
    const reason = timedOut ? `no answer in ${timeoutMs / 1000} s` : stderr.trim() || (shortMessage ?? stdout);
    throw new UpstreamError(`git cannot tell the commit of ${branch} in ${repository}: ${reason}`);
  }
  return commit;
}

function gitEnvironment(caBundle: string | undefined): Record<string, string> {
  const ca = process.env['GIT_SSL_CAINFO'] ?? caBundle;
  return { GIT_TERMINAL_PROMPT: '0', ...(ca === undefined ? {} : { GIT_SSL_CAINFO: ca }) };
}
