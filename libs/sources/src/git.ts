/** The newest commit of a branch, as git sees it: whatever address and credentials git knows count here too. */
import { UpstreamError } from '@pysan/model';
import { execa } from 'execa';

const timeoutMs = 30_000;

/**
 * The commit that a branch points at, 40 or 64 hex digits; undefined when the repository has no such branch.
 * Throws an UpstreamError when git cannot tell. `repository` is an address or a folder.
 */
export async function findBranchCommit(repository: string, branch: string): Promise<string | undefined> {
  const reference = `refs/heads/${branch}`;
  const { exitCode, stdout, stderr, timedOut, shortMessage } = await execa(
    'git',
    ['ls-remote', '--exit-code', repository, reference],
    { reject: false, timeout: timeoutMs, stdin: 'ignore', env: { GIT_TERMINAL_PROMPT: '0' } },
  );
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
