/**
 * The build id: sha256 of the canonical JSON (RFC 8785) of a build's inputs.
 *
 * A child's inputs contain its parent's id. So a change in an image also renames all images above it.
 */
import { createHash } from 'node:crypto';

import type { BuildId, BuildInputs } from '@pysan/model';
import canonicalize from 'canonicalize';

/** Computes the id of a build from all its inputs. */
export function computeBuildId(inputs: BuildInputs): BuildId {
  return createHash('sha256').update(canonicalJson(inputs)).digest('hex');
}

/** JSON with sorted keys and no white space: equal values give equal text (RFC 8785). */
export function canonicalJson(value: object): string {
  // `canonicalize` only returns undefined for values that are not JSON, such as a function.
  return canonicalize(value) as string;
}
