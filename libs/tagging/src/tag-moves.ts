/** Which tags of a build move to its image, by the guard. Pure; what the tags name now comes in. */
import type { Tag } from './public-tags.ts';
import { type Decision, guardTag, type Labelled, type Move } from './tag-guard.ts';

export interface TagMove {
  readonly tag: Tag;
  /** What it names now; undefined for a tag that is new. */
  readonly from: Labelled | undefined;
  readonly decision: Decision;
}

/** The guard's decision on each of a build's tags, in their order. `named` is what each names now, as far as it exists. */
export function movesOf(
  tags: readonly Tag[],
  named: ReadonlyMap<string, Labelled>,
  { to, holds }: Pick<Move, 'to' | 'holds'>,
): readonly TagMove[] {
  return tags.map((tag) => {
    const from = named.get(tag.tag);
    return { tag, from, decision: guardTag({ tag, from, to, holds }) };
  });
}
