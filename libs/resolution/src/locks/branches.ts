/** The development branches: the commits that a build would use now. The lock only names the branches. */
import type { Locks, News } from '@pysan/versions';

import type { Sites } from '../sites.ts';

/** The newest commit of each branch in the locks. Throws an UpstreamError if git cannot tell one. */
export function findBranchNews(
  { cpython, numpy, scipy }: Pick<Locks, 'cpython' | 'numpy' | 'scipy'>,
  findCommit: Sites['findCommit'],
): Promise<News[]> {
  const { repository, channels } = cpython;
  const branches = [
    ...channels.map(({ tag, branch }) => ({ component: 'cpython', subject: tag, repository, branch })),
    ...[numpy, scipy].map((lock) => ({ ...lock, subject: `${lock.branch} (branch)` })),
  ];
  return Promise.all(
    branches.map(async ({ component, subject, repository: address, branch }) => {
      const commit = await findCommit(address, branch);
      return commit === undefined
        ? { component, subject, state: 'attention', reason: `${address} has no branch ${branch}` }
        : { component, subject, state: 'branch', upstream: commit };
    }),
  );
}
