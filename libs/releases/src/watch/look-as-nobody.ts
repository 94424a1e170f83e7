/** Reads a public tag without credentials and, if that fails, finds out why: a registry hides private images. */
import { isExpected } from '@pysan/model';
import type { Repository } from '@pysan/registry';

import { type NamedImage, readNamed } from '../read-named.ts';
import type { Seen } from './tag-status.ts';

/** `nobody` and `own` are the same repository, without credentials and with the available ones. */
export async function lookAsNobody(nobody: Repository, own: Repository, tag: string): Promise<NamedImage | Seen> {
  try {
    return (await readNamed(nobody, tag)) ?? absent;
  } catch (error) {
    return explain(own, tag, messageOf(error));
  }
}

const absent: Seen = { state: 'absent', what: 'there is no such tag' };

// Without credentials GHCR gives the same response for private and for missing images. With a right to read it distinguishes them.
async function explain(own: Repository, tag: string, refusal: string): Promise<Seen> {
  try {
    const named = await readNamed(own, tag);
    const what = `anonymous users cannot pull it. Make its package public. Without credentials, ${refusal}`;
    return named === undefined ? absent : { state: 'bad', what };
  } catch (error) {
    const what = `it is private, or not published yet, or the registry does not answer: ${messageOf(error)}`;
    return { state: 'unknown', what };
  }
}

function messageOf(error: unknown): string {
  if (!isExpected(error)) {
    throw error;
  }
  return error.message;
}
