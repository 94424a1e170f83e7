/** Decides why a manifest is kept or could be removed, without its relations: by its tags, pins, promotions and age. */
import { holdsOf, isImmutableTag, isIncomingTag, type Promotion } from '@pysan/tagging';

import type { Pins } from './pins.ts';
import type { Retention } from './retention.ts';
import { isReferrerTag, type Stored, type StoredImage, storedName, subjectsOf } from './stored.ts';

export interface Policy {
  readonly retention: Retention;
  readonly pins: Pins;
  readonly now: Date;
}

/** A repository whose manifests could all be read. */
export interface Readable extends StoredImage {
  readonly manifests: readonly Stored[];
}

export interface Judgement {
  readonly stays: boolean;
  readonly reason: string;
}

/** Judges each manifest of a repository. */
export function judgeByItself(repository: Readable, policy: Policy): (manifest: Stored) => Judgement {
  const byDigest = new Map(repository.manifests.map((manifest) => [manifest.digest, manifest]));
  const judges = [
    byTags,
    byPins(repository, policy),
    byHolds(repository),
    byPromotions(repository, policy, byDigest),
    byAge(repository, policy, byDigest),
  ];
  return (manifest) => firstOf(judges, manifest);
}

type Judge = (manifest: Stored) => Judgement | undefined;

function firstOf(judges: readonly Judge[], manifest: Stored): Judgement {
  for (const judge of judges) {
    const judgement = judge(manifest);
    if (judgement !== undefined) {
      return judgement;
    }
  }
  return { stays: false, reason: 'it is removed with its subject' };
}

function stays(reason: string): Judgement {
  return { stays: true, reason };
}

/** A manifest is kept for any tag except an immutable one: exact tags, moving tags, and tags made by others. */
function byTags({ tags }: Stored): Judgement | undefined {
  const naming = tags.find((tag) => !isIncomingTag(tag) && !isImmutableTag(tag) && !isReferrerTag(tag));
  return naming === undefined ? undefined : stays(`${naming} names it`);
}

function byPins({ image }: Readable, { pins }: Policy): Judge {
  const pinned = new Set(pins);
  return (manifest) => {
    const names = [storedName(image, manifest.digest), ...manifest.tags.map((tag) => `${image}:${tag}`)];
    return names.some((name) => pinned.has(name)) ? stays('a consumer pins it') : undefined;
  };
}

/** Without a held image its build would be missing, and would be made and published again. */
function byHolds({ holds }: Readable): Judge {
  const reasons = holdsOf(holds);
  return ({ digest }) => {
    const reason = reasons.get(digest);
    return reason === undefined ? undefined : stays(`it is on hold: ${reason}`);
  };
}

function byPromotions({ promotions }: Readable, { retention }: Policy, byDigest: ReadonlyMap<string, Stored>): Judge {
  // A removed image must not take the place of an existing one.
  const there = promotions.filter(({ digest }) => byDigest.has(digest)).toSorted(newestFirst);
  const entries = there.flatMap(({ digest, tags }) => tags.map(({ tag }) => ({ tag, digest })));
  const reasons = new Map<string, string>();
  for (const [tag, moves] of Map.groupBy(entries, (entry) => entry.tag)) {
    const count = tag.endsWith('-dev') ? retention.promotions.dev : retention.promotions.release;
    const last = [...new Set(moves.map(({ digest }) => digest))].slice(0, count);
    last.forEach((digest) => reasons.set(digest, `one of the last ${count} that ${tag} named`));
  }
  return ({ digest }) => {
    const reason = reasons.get(digest);
    return reason === undefined ? undefined : stays(reason);
  };
}

function newestFirst(left: Promotion, right: Promotion): number {
  return Date.parse(right.at) - Date.parse(left.at);
}

const dayMs = 24 * 60 * 60 * 1000;

/** While its subject exists, the age of a referrer does not matter. */
function byAge(repository: Readable, { retention, now }: Policy, byDigest: ReadonlyMap<string, Stored>): Judge {
  const uses = usesOf(repository.promotions);
  return (manifest) => {
    const subjects = subjectsOf(manifest);
    if (subjects.some((subject) => byDigest.has(subject))) {
      return undefined;
    }
    const limit = subjects.length === 0 ? retention.supersededDays : retention.orphanDays;
    const used = Math.max(madeAt(manifest, byDigest), uses.get(manifest.digest) ?? -Infinity);
    return judgeAge((now.getTime() - used) / dayMs, limit);
  };
}

function judgeAge(days: number, limit: number): Judgement {
  if (!Number.isFinite(days)) {
    return stays('its age is not known');
  }
  const age = `last in use ${Math.floor(days)} days ago`;
  return days < limit ? stays(`${age}, and stays for ${limit}`) : { stays: false, reason: age };
}

/** When it was made, in milliseconds since 1970. For an index, the times of its manifests count. -Infinity if not known. */
function madeAt({ created, children }: Stored, byDigest: ReadonlyMap<string, Stored>): number {
  const times = created === undefined ? children.flatMap((child) => byDigest.get(child)?.created ?? []) : [created];
  return Math.max(...times.map(Date.parse).filter(Number.isFinite));
}

/** When a tag last moved to or from each digest, in milliseconds since 1970. */
function usesOf(promotions: readonly Promotion[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const { digest, at, tags } of promotions) {
    for (const used of [digest, ...tags.flatMap(({ replaced }) => replaced ?? [])]) {
      uses.set(used, Math.max(uses.get(used) ?? -Infinity, Date.parse(at)));
    }
  }
  return uses;
}
