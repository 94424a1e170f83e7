/** The newest commit of a branch, by git: git's own URLs and credentials apply. */
import { EngineError, UpstreamError } from '@pysan/model';
import { execa } from 'execa';

const timeoutMs = 30_000;

/**
 * The commit of a branch, 40 or 64 hex digits; undefined if the repository has no such branch. Throws an UpstreamError if git gets
 * no answer, and an EngineError if git is missing. `repository` is a URL or a folder. `caBundle` is a file for git to trust, unless
 * its own settings in the environment name one.
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
    throw new EngineError(`git is not installed, but it is needed to find the commit of ${branch}. Install it.`);
  }
  // With --exit-code git ends with 2 if the server answered and nothing matched.
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
