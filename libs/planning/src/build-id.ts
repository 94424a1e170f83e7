/**
 * The build id: sha256 of the canonical JSON (RFC 8785) of a build's inputs.
 *
 * A child's inputs hold its parent's id, so whatever changes below an image changes its name too,
 * without a rule that says so.
 */
import { createHash } from 'node:crypto';

import type { BuildId, BuildInputs } from '@pysan/model';
import canonicalize from 'canonicalize';

/** Names a build by everything that goes into it. */
export function computeBuildId(inputs: BuildInputs): BuildId {
  return createHash('sha256').update(canonicalJson(inputs)).digest('hex');
}

/** JSON with sorted keys and no white space, the same for the same value (RFC 8785). */
export function canonicalJson(value: object): string {
  // `canonicalize` answers undefined only for what is not JSON, such as a function.
  return canonicalize(value) as string;
}
