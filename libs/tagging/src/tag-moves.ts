/** Decides by the guard which tags of a build move to its image. Pure: the images that the tags name now are an argument. */
import type { Tag } from './public-tags.ts';
import { type Decision, guardTag, type Labelled, type Move } from './tag-guard.ts';

export interface TagMove {
  readonly tag: Tag;
  /** The digest that it names now; undefined for a new tag. */
  readonly from: Labelled | undefined;
  readonly decision: Decision;
}

/** The guard's decision for each tag of a build, in their order. `named` has the image that each existing tag names now. */
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
