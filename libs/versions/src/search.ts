/**
 * The search for the newest release that can be built: candidates come from what upstream announces, the newest
 * first, and each that cannot be built yet is passed over with its reason.
 */
import type { Announced, Found } from './found.ts';
import { compareVersions, isStable } from './pep440.ts';

export interface PassedOver {
  readonly version: string;
  readonly reason: string;
}

export interface Search<R> {
  /** For what a release is searched: a series, or a Python tag. */
  readonly subject: string;
  /** The newest release for it that the lock holds. */
  readonly held: string | undefined;
  /** A newer one that can be built. */
  readonly found?: R;
  readonly passedOver: readonly PassedOver[];
}

/** The newest locked version, pre-releases only when asked for; undefined when there is none. */
export function newestHeld(releases: readonly { version: string }[], preRelease: boolean): string | undefined {
  const versions = releases.map(({ version }) => version).filter((version) => preRelease || isStable(version));
  return versions.toSorted(compareVersions).at(-1);
}

/** What upstream announces and is newer than what is held, the newest first; pre-releases only when asked for. */
export function newerReleases<A extends Announced>(
  announced: readonly A[],
  held: string | undefined,
  preRelease: boolean,
): A[] {
  const wanted = announced.filter((release) => preRelease || !release.preRelease);
  return wanted
    .filter(({ version }) => held === undefined || compareVersions(version, held) > 0)
    .toSorted((left, right) => compareVersions(right.version, left.version));
}

/** Probes candidates in their order, and stops at the first that can be built. */
export async function searchFirst<A extends { readonly version: string }, R>(
  candidates: readonly A[],
  probe: (candidate: A) => Promise<Found<R>>,
): Promise<Pick<Search<R>, 'found' | 'passedOver'>> {
  const passedOver: PassedOver[] = [];
  for (const candidate of candidates) {
    const found = await probe(candidate);
    if ('release' in found) {
      return { found: found.release, passedOver };
    }
    passedOver.push({ version: candidate.version, reason: found.missing });
  }
  return { passedOver };
}

/** Entries of a list that are not as documented, as what is passed over: `1 entry of python.org's list: it is malformed`. */
export function passOverMalformed(whose: string, malformed: number): PassedOver[] {
  const [entries, are] = malformed === 1 ? ['entry', 'it is'] : ['entries', 'they are'];
  return malformed === 0 ? [] : [{ version: `${malformed} ${entries} of ${whose} list`, reason: `${are} malformed` }];
}

const shownMax = 3;

/** `3.14.10, 3.14.9: its tarball is not there yet`; those with the same reason together, the first three by name. */
export function describePassedOver(passedOver: readonly PassedOver[]): string {
  const reasons = Map.groupBy(passedOver, ({ reason }) => reason);
  return [...reasons].map(([reason, list]) => `${nameSome(list)}: ${reason}`).join('; ');
}

function nameSome(list: readonly PassedOver[]): string {
  const shown = list.slice(0, shownMax).map(({ version }) => version);
  return list.length > shownMax ? `${shown.join(', ')} and ${list.length - shownMax} more` : shown.join(', ');
}
