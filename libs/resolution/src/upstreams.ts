/** Who is asked for what the repository does not hold, and what comes of it. */
import type { Release } from '@pysan/model';
import type { SourceTree } from '@pysan/workspace';

import type { Sites } from './sites.ts';

export interface Upstreams {
  readonly sites: Pick<Sites, 'pythonOrg' | 'findPackageIndex' | 'findCommit'>;
  /** Where the user called: paths of source trees count from here. */
  readonly folder: string;
}

/** Where one component comes from. */
export interface ResolvedSource {
  readonly release: Release;
  /** Present where it is a source tree of the user's own. */
  readonly tree?: SourceTree;
}
