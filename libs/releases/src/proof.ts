/** The proof of an image, from the report of its last verification. */
import { UpstreamError } from '@pysan/model';
import type { Proof } from '@pysan/planning';
import { reportSchema } from '@pysan/verification';

/** Reads a report, and the number of cases. Throws an UpstreamError that names its location, `where`, if it is malformed. */
export function readProof(where: string, text: string): Proof & { readonly cases: number } {
  try {
    const { results, ...proof } = reportSchema.parse(JSON.parse(text));
    return { ...proof, cases: results.length };
  } catch (cause) {
    throw new UpstreamError(`${where} is not the report of a verification`, { cause });
  }
}
