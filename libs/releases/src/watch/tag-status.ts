/** What an outsider sees of a public tag, and which check tells whether its image still finds what it is for. Pure. */
import type { Checks } from '@pysan/proving';

export interface TagStatus {
  readonly image: string;
  readonly tag: string;
  /** `absent` is for the coordinator to mend; `unknown` is no good news. */
  readonly state: 'good' | 'bad' | 'absent' | 'unknown';
  readonly what: string;
}

export type Seen = Pick<TagStatus, 'state' | 'what'>;

/** The last case that a sanitizer must find something in: of the image itself, where it has one. None where nobody has. */
export function lastMustFind({ folders, hash }: Checks): Checks {
  const folder = folders.findLast(({ cases }) => cases.some(({ expect }) => expect.findings !== undefined));
  const found = folder?.cases.find(({ expect }) => expect.findings !== undefined);
  return { hash, folders: folder === undefined || found === undefined ? [] : [{ ...folder, cases: [found] }] };
}
