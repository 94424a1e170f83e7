/** The proof of an image by the report of its last verification, wherever that is kept. */
import { UpstreamError } from '@pysan/model';
import type { Proof } from '@pysan/planning';
import { reportSchema } from '@pysan/verification';

/** Reads a report, and how many cases ran; UpstreamError, which names `where` it is, when it is none. */
export function readProof(where: string, text: string): Proof & { readonly cases: number } {
  try {
    const { results, ...proof } = reportSchema.parse(JSON.parse(text));
    return { ...proof, cases: results.length };
  } catch (cause) {
    throw new UpstreamError(`${where} is not the report of a verification`, { cause });
  }
}
