/** The proof of an image by the report of its last verification, wherever that is kept. */
import { UpstreamError } from '@pysan/model';
import type { Proof } from '@pysan/planning';
import { z } from 'zod';

const proofSchema = z.object({ buildId: z.string(), checksHash: z.string(), verdict: z.string() });

/** Reads a report; UpstreamError, which names `where` it is, when it is none. */
export function readProof(where: string, text: string): Proof {
  try {
    return proofSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UpstreamError(`${where} is not the report of a verification`, { cause });
  }
}
