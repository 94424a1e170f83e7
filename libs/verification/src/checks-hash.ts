/** The hash that stands for checks: an image is proven by today's checks, or not. */
import { createHash } from 'node:crypto';

export interface CheckFile {
  /** Path in the repository, with forward slashes. */
  readonly path: string;
  /** As git keeps it: only whether it may be executed counts. */
  readonly executable: boolean;
  readonly bytes: Uint8Array;
}

/** sha256, 64 hex digits, of paths, modes and bytes; the order of the files does not matter. */
export function checksHash(files: readonly CheckFile[]): string {
  const lines = files.map(({ path, executable, bytes }) => JSON.stringify([path, executable, sha256(bytes)]));
  return sha256(lines.sort().join('\n'));
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
