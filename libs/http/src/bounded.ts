/** Reads what another party sends within bounds, and computes its sha256 on the way. */
import { createHash } from 'node:crypto';

import { UpstreamError } from '@pysan/model';

const mebibyte = 2 ** 20;

/** The most that is read of an answer, in bytes, where nothing else says how long it is. */
export const bytesMax = {
  json: 32 * mebibyte,
  /** Debian's indices, and source archives. */
  file: 512 * mebibyte,
} as const;

export interface BoundedBody {
  /** Empty where only the sha256 was wanted. */
  readonly body: Buffer;
  /** Hex digits. */
  readonly sha256: string;
}

/** Reads a stream to its end; `keep` is false where its sha256 is enough. UpstreamError as soon as it is longer than `max` bytes. */
export async function readBounded(
  url: string,
  stream: AsyncIterable<Uint8Array>,
  max: number,
  keep = true,
): Promise<BoundedBody> {
  const [parts, hash] = [new Array<Uint8Array>(), createHash('sha256')];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    requireBelow(url, length, max);
    hash.update(part);
    if (keep) {
      parts.push(part);
    }
  }
  return { body: Buffer.concat(parts), sha256: hash.digest('hex') };
}

/** UpstreamError when an answer has, or is announced with, more bytes than it may. */
export function requireBelow(url: string, bytes: number, max: number): void {
  if (bytes > max) {
    const limit = max < mebibyte ? `${max} bytes` : `${Math.floor(max / mebibyte)} MiB`;
    throw new UpstreamError(
      `${url} sends more than the ${limit} that such an answer may have. It was not read further.`,
    );
  }
}
