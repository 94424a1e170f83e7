/**
 * The verdict of one case and of all: one that could not start has proven nothing, so it outweighs the others. A case
 * that ended as `upstream` differed by what upstream's own code did, and by nothing else: no pass, and no fault of the
 * image.
 */

export const verdicts = ['pass', 'upstream', 'fail', 'could-not-start'] as const;
export type CaseVerdict = (typeof verdicts)[number];
export type Verdict = Exclude<CaseVerdict, 'upstream'>;

/** The verdict of a build from those of its cases; without any that passed, nothing is proven and it fails. */
export function judgeBuild(results: readonly { readonly verdict: CaseVerdict }[]): Verdict {
  const found = new Set(results.map(({ verdict }) => verdict).filter((it) => it !== 'upstream'));
  if (found.has('could-not-start')) {
    return 'could-not-start';
  }
  return found.size === 1 && found.has('pass') ? 'pass' : 'fail';
}
