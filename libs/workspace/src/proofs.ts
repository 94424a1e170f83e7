/** The proofs in the repository: `images/<image>/verified.json`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { parseConfig } from '@pysan/versions';
import { type Proof, proofs } from '@pysan/verification';

/** Path of the proofs of an image, from the root of the repository. */
export function proofsFile(image: string): string {
  return `images/${image}/verified.json`;
}

/** The last proof of an image at each Python tag; none without a file. ConfigError for a malformed one. */
export async function readProofs(root: string, image: string): Promise<Readonly<Record<string, Proof>>> {
  const file = proofsFile(image);
  const text = await readFile(path.join(root, file), 'utf8').catch(absentAsEmpty);
  return parseConfig(proofs, file, text);
}

function absentAsEmpty(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') {
    throw error;
  }
  return '{}';
}
