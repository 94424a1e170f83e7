/** Why a build is, or is not, to be made: a code for scripts, the evidence, and a line for people. */

export type ReasonCode =
  | 'fresh'
  | 'missing'
  | 'forced'
  | 'new-release'
  | 'base-moved'
  | 'input-changed'
  | 'parent-changed'
  | 'foreign'
  | 'proof-outdated'
  | 'unpromoted'
  | 'waiting-for-parent'
  | 'not-buildable'
  | 'on-hold'
  | 'unknown';

export interface Reason {
  readonly code: ReasonCode;
  /** What it is about: an input, a component, the parent or an image that it takes from; or the circumstance in words. */
  readonly what: string;
  /** What exists was made from this; absent where it had nothing of the kind. */
  readonly from?: string;
  /** What would be built is made from this; absent where it has nothing of the kind. */
  readonly to?: string;
}

/** A reason with only those sides of its evidence that there are. */
export function reason(code: ReasonCode, what: string, from?: string, to?: string): Reason {
  return { code, what, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** `new-release: numpy 2.4.6 → 2.5.5` */
export function formatReason({ code, what, from, to }: Reason): string {
  const evidence = from === undefined && to === undefined ? '' : ` ${shorten(from)} → ${shorten(to)}`;
  return `${code}: ${what}${evidence}`;
}

/** Twelve digits of each hash: enough to compare by eye. */
function shorten(side: string | undefined): string {
  return (side ?? 'none').replaceAll(/\b[0-9a-f]{40,}\b/g, (hash) => hash.slice(0, 12));
}
