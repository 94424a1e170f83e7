/** The status of a public tag for an outsider, and the check that shows whether its image still finds its bug. Pure. */
import type { Checks } from '@pysan/proving';

export interface TagStatus {
  readonly image: string;
  readonly tag: string;
  /** The coordinator fixes `absent`. `unknown` is not good news. */
  readonly state: 'good' | 'bad' | 'absent' | 'unknown';
  readonly what: string;
}

export type Seen = Pick<TagStatus, 'state' | 'what'>;

/** The last case in which a sanitizer must find something: the image's own, if it has one; none if no image of the chain has one. */
export function lastMustFind({ folders, hash }: Checks): Checks {
  const folder = folders.findLast(({ cases }) => cases.some(({ expect }) => expect.findings !== undefined));
  const found = folder?.cases.find(({ expect }) => expect.findings !== undefined);
  return { hash, folders: folder === undefined || found === undefined ? [] : [{ ...folder, cases: [found] }] };
}
