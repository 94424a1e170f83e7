import type { News } from '@pysan/versions';

/** What a job found, and the files that are to change for it. */
export interface Findings {
  readonly news: readonly News[];
  /** Path in the repository → the new text. */
  readonly changes: Readonly<Record<string, string>>;
}
