/**
 * The newest release of any project, by its tags: the greatest version where its tags are versions, else the one that
 * its host calls the latest. Versions are those of PEP 440, in whatever form: `v5`, `1.2.3.4`, `1.0.post1`. Pure.
 */
import { compare, explain } from '@renovatebot/pep440';

import type { PassedOver } from './search.ts';

/** A release as its project tagged it. */
export interface Tagged {
  readonly tag: string;
  /** The project calls it a pre-release. */
  readonly preRelease: boolean;
}

export interface Latest {
  /** Undefined when there is none of the wanted kind. */
  readonly tag: string | undefined;
  /** What could be taken for newer, and why it was not taken. */
  readonly passedOver: readonly PassedOver[];
}

/** Of releases, the newest first. `latest` is the tag of the one that their host calls so; pre-releases count only when asked for. */
export function chooseLatest(releases: readonly Tagged[], latest: string | undefined, preRelease: boolean): Latest {
  const [versions, others] = [releases.filter(isVersion), releases.filter((release) => !isVersion(release))];
  const hasVersions = latest === undefined ? versions.length > 0 : isVersion({ tag: latest });
  if (!hasVersions) {
    const newest = releases.find((release) => release.preRelease || release.tag === latest)?.tag;
    const tag = preRelease ? newest : latest;
    return {
      tag,
      passedOver: tag === undefined ? tellAll(others) : tell(versions, 'it is not a tag of the usual form'),
    };
  }
  const sorted = versions.toSorted((left, right) => compare(right.tag, left.tag));
  const found = sorted.find((release) => preRelease || !isPreRelease(release));
  const newer = sorted.slice(0, found === undefined ? undefined : sorted.indexOf(found));
  return { tag: found?.tag, passedOver: [...tell(newer, 'it is a pre-release'), ...tellAll(others)] };
}

function tellAll(others: readonly Tagged[]): PassedOver[] {
  return others.flatMap((release) =>
    tell([release], release.preRelease ? 'it is a pre-release' : 'it is not a version'),
  );
}

function tell(releases: readonly Tagged[], reason: string): PassedOver[] {
  return releases.map(({ tag }) => ({ version: tag, reason }));
}

// More digits than a number holds exactly would be compared by their beginning.
function isVersion({ tag }: Pick<Tagged, 'tag'>): boolean {
  return /^v?\d/.test(tag) && !/\d{16}/.test(tag) && explain(tag) !== null;
}

function isPreRelease({ tag, preRelease }: Tagged): boolean {
  return preRelease || explain(tag)?.is_prerelease === true;
}
