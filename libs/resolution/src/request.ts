/** What may be asked for, and what one component of the answer is. */
import type { Release } from '@pysan/model';
import type { SourceTree } from '@pysan/workspace';

export interface BuildRequest {
  readonly python?: string;
  /** Folder of a source tree or, beside a development branch, a full commit. */
  readonly cpython?: string;
  /** Release, branch, full commit, or folder of a source tree. */
  readonly numpy?: string;
  /** As for numpy. */
  readonly scipy?: string;
  /** A registry whose published parents are taken: `ghcr.io/acme`. */
  readonly parents?: string;
  readonly locked: boolean;
}

/** Where one component comes from. */
export interface ResolvedSource {
  readonly release: Release;
  /** Present where it is a source tree of the user's own. */
  readonly tree?: SourceTree;
}
