/** Why a build should or should not be made: a code for scripts, the evidence, and a line for people. */

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
  /** The subject: an input, a component, the parent, an image that it takes from, or a circumstance in words. */
  readonly what: string;
  /** The value in the existing build; absent if it has none. */
  readonly from?: string;
  /** The value in the wanted build; absent if it has none. */
  readonly to?: string;
}

/** A reason without the absent sides of its evidence. */
export function reason(code: ReasonCode, what: string, from?: string, to?: string): Reason {
  return { code, what, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** `new-release: numpy 2.4.6 → 2.5.5` */
export function formatReason({ code, what, from, to }: Reason): string {
  const evidence = from === undefined && to === undefined ? '' : ` ${shorten(from)} → ${shorten(to)}`;
  return `${code}: ${what}${evidence}`;
}

/** Shortens each hash to twelve digits, enough to compare by eye. */
function shorten(side: string | undefined): string {
  return (side ?? 'none').replaceAll(/\b[0-9a-f]{40,}\b/g, (hash) => hash.slice(0, 12));
}
