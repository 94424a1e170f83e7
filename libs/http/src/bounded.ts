/** Reads another party's data within limits, and computes its sha256 on the way. */
import { createHash } from 'node:crypto';

import { UpstreamError } from '@pysan/model';

const mebibyte = 2 ** 20;

/** The default size limit of a response, in bytes. */
export const bytesMax = {
  json: 32 * mebibyte,
  /** The limit for Debian's indices and source archives. */
  file: 512 * mebibyte,
} as const;

export interface BoundedBody {
  /** Empty if only the sha256 was wanted. */
  readonly body: Buffer;
  /** Hex digits. */
  readonly sha256: string;
}

/** Reads a stream to its end. `keep` is false if its sha256 is enough. Throws an UpstreamError as soon as it exceeds `max` bytes. */
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

/** Throws an UpstreamError if a response has, or announces, more bytes than allowed. */
export function requireBelow(url: string, bytes: number, max: number): void {
  if (bytes > max) {
    const limit = max < mebibyte ? `${max} bytes` : `${Math.floor(max / mebibyte)} MiB`;
    throw new UpstreamError(`${url} sends more than the limit of ${limit}. The rest was not read.`);
  }
}
