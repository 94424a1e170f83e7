/** The verdict of one case and of all: one that could not start has proven nothing, so it outweighs the others. */

export const verdicts = ['pass', 'fail', 'could-not-start'] as const;
export type Verdict = (typeof verdicts)[number];

/** The verdict of a build from those of its cases; without any, nothing is proven and it fails. */
export function judgeBuild(results: readonly { readonly verdict: Verdict }[]): Verdict {
  const found = new Set(results.map(({ verdict }) => verdict));
  if (found.has('could-not-start')) {
    return 'could-not-start';
  }
  return found.size === 1 && found.has('pass') ? 'pass' : 'fail';
}
