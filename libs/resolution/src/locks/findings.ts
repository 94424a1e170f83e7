import type { News } from '@pysan/versions';

/** The news that a job found, and the files to change. */
export interface Findings {
  readonly news: readonly News[];
  /** Path in the repository → the new text. */
  readonly changes: Readonly<Record<string, string>>;
}
