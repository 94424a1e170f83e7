/** Reads the state of the image under a build's name: its signature, its proof, and the tags that should name it. */
import type { Build } from '@pysan/model';
import type { Present } from '@pysan/planning';
import { listReferrers } from '@pysan/registry';
import { holdsOf } from '@pysan/tagging';

import { isChange, readMoves } from './moves.ts';
import type { NamedImage } from './read-named.ts';
import { readHolds } from './records.ts';
import { findProof } from './reports.ts';
import { coveredBy, type ReadSignature } from './signature.ts';
import { tagsOf, type Target } from './target.ts';

export type Standing = Pick<Present, 'proof' | 'hold' | 'foreign' | 'lacks'>;

/** Throws an UpstreamError if any of it cannot be read. */
export async function readStanding(
  { repository, name }: Target,
  build: Build,
  { digest, created }: Pick<NamedImage, 'digest' | 'created'>,
  readSignature: ReadSignature,
): Promise<Standing> {
  const signature = await readSignature(`${name}@${digest}`);
  if ('refusal' in signature) {
    return { foreign: signature.refusal };
  }
  const referrers = await listReferrers(repository, digest);
  const hold = holdsOf(await readHolds(repository, digest, referrers)).get(digest);
  const proof = await findProof(repository, coveredBy(signature, referrers));
  if (proof === undefined) {
    return hold === undefined ? {} : { hold };
  }
  const tags = tagsOf(build, new Date(created ?? 0));
  const moves = await readMoves({ repository, build, digest, hold, tags, readSignature });
  const lacks = moves.filter((move) => isChange(move, digest)).map(({ tag }) => tag.tag);
  return { proof, ...(hold === undefined ? {} : { hold }), ...(lacks.length === 0 ? {} : { lacks }) };
}
