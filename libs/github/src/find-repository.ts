/** The repository that the environment names, as GitHub Actions does, with the tokens for it. */
import { UsageError } from '@pysan/model';

import { openRepository, type Repository } from './repository.ts';

export interface Accesses {
  /** To list and start runs. */
  readonly runs: Repository;
  /** For issues and pull requests, for which DISPATCH_TOKEN needs no permissions. */
  readonly issues: Repository;
  readonly branch: string;
}

/** Reads GITHUB_REPOSITORY, GITHUB_API_URL, DISPATCH_TOKEN and GITHUB_TOKEN. Throws a UsageError without a repository or token. */
export function findRepository(env: NodeJS.ProcessEnv, msPerSecond?: number): Accesses {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_API_URL: url = '', GITHUB_REF_NAME: branch = '' } = env;
  const { DISPATCH_TOKEN: dispatch = '', GITHUB_TOKEN: own = '' } = env;
  const [owner = '', name = '', ...rest] = repository.split('/');
  if (owner === '' || name === '' || rest.length > 0) {
    throw new UsageError(
      `GITHUB_REPOSITORY must name the repository whose workflows build, as owner/name, not "${repository}".`,
    );
  }
  if (dispatch === '' && own === '') {
    throw new UsageError('GitHub needs a token. Set GITHUB_TOKEN or DISPATCH_TOKEN.');
  }
  const apiUrl = (url === '' ? 'https://api.github.com' : url).replace(/\/$/, '');
  const open = (tokenName: string): Repository => {
    const access = { token: env[tokenName] ?? '', tokenName };
    return openRepository({ apiUrl, owner, name, ...access, ...(msPerSecond === undefined ? {} : { msPerSecond }) });
  };
  return {
    runs: open(dispatch === '' ? 'GITHUB_TOKEN' : 'DISPATCH_TOKEN'),
    issues: open(own === '' ? 'DISPATCH_TOKEN' : 'GITHUB_TOKEN'),
    branch: branch || 'main',
  };
}
