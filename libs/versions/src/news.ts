/**
 * Resolution: what upstream has and today's lock make the new lock, and the news that say why. Pure.
 *
 * The lock only grows: what people may have named stays, and a diff of it reads as news.
 */
import { UpstreamError } from '@pysan/model';

import type { Found } from './found.ts';
import type { LibraryRelease, Locks } from './lock.ts';
import { compareVersions } from './pep440.ts';
import { describePassedOver, type Search } from './search.ts';

export interface News {
  readonly component: string;
  /** What of it: a series, a Python tag, a release, `LLVM`, a file and package of the tools. */
  readonly subject: string;
  /** `none`: nothing is locked and nothing can be built; `attention`: upstream took something back; `branch`: it moves. */
  readonly state: 'new' | 'current' | 'none' | 'attention' | 'branch';
  /** What the lock holds; absent when it holds nothing. */
  readonly locked?: string;
  readonly upstream?: string;
  readonly reason?: string;
}

export interface Resolved<L> {
  readonly lock: L;
  readonly news: readonly News[];
}

/** The releases with what the searches found: new ones in their order, the newest first, all else as it was. */
export function resolveReleases<R extends { readonly version: string }>(
  component: string,
  releases: readonly R[],
  searches: readonly Search<R>[],
): Resolved<R[]> {
  const found = new Map(searches.flatMap((search) => search.found ?? []).map((release) => [release.version, release]));
  return { lock: [...found.values()].reduce(insert, [...releases]), news: searches.map(describe) };

  function describe({ subject, held, found: newer, passedOver }: Search<R>): News {
    const state = newer === undefined ? (held === undefined ? 'none' : 'current') : 'new';
    return newsOf({
      component,
      subject,
      state,
      locked: held,
      upstream: newer?.version ?? held,
      reason: describePassedOver(passedOver) || undefined,
    });
  }
}

/** Before the first older release; in the place of one with the same number, which upstream has made anew. */
function insert<R extends { readonly version: string }>(releases: readonly R[], added: R): R[] {
  const others = releases.filter(({ version }) => version !== added.version);
  const older = others.findIndex(({ version }) => compareVersions(version, added.version) < 0);
  return others.toSpliced(older === -1 ? others.length : older, 0, added);
}

/**
 * The locked releases of a library with the Python tags that got wheels meanwhile. A release that upstream took back
 * stays, with a word about it; another sha256 of the same sdist is an UpstreamError.
 */
export function refreshReleases(
  component: string,
  releases: readonly LibraryRelease[],
  listed: (version: string) => Found<LibraryRelease>,
): Resolved<LibraryRelease[]> {
  const refreshed = releases.map((release) => refresh(component, release, listed(release.version)));
  return { lock: refreshed.map(({ lock }) => lock), news: refreshed.flatMap(({ news }) => news) };
}

function refresh(component: string, held: LibraryRelease, found: Found<LibraryRelease>): Resolved<LibraryRelease> {
  const row = { component, subject: held.version, locked: held.version };
  if ('missing' in found) {
    return { lock: held, news: [{ ...row, state: 'attention', reason: `${found.missing}, but it is locked` }] };
  }
  const { sha256, pythonTags } = found.release;
  if (sha256 !== held.sha256) {
    throw new UpstreamError(
      `The package index has another ${held.file} than the lock: sha256 ${sha256}, not ${held.sha256}. Find out why.`,
    );
  }
  const added = pythonTags.filter((tag) => !held.pythonTags.includes(tag));
  return added.length === 0
    ? { lock: held, news: [] }
    : {
        // The index's order, and what it no longer lists.
        lock: { ...held, pythonTags: [...held.pythonTags.filter((tag) => !pythonTags.includes(tag)), ...pythonTags] },
        news: [{ ...row, state: 'new', upstream: held.version, reason: `has wheels for ${added.join(', ')} now` }],
      };
}

/** The lock of the base and its LLVM. `digest` is of the image's tag, `llvm` the version that the suite serves. */
export function resolveDebian(
  lock: Locks['debian'],
  { digest, llvm }: { readonly digest: string; readonly llvm: string },
): Resolved<Locks['debian']> {
  const compare = (subject: string, locked: string | undefined, upstream: string): News =>
    newsOf({ component: 'debian', subject, state: locked === upstream ? 'current' : 'new', locked, upstream });
  return {
    lock: { ...lock, digest, llvm },
    news: [compare(lock.image, lock.digest ?? undefined, digest), compare('LLVM', lock.llvm, llvm)],
  };
}

/** What another compilation of a requirements file (`name==version` lines with hashes) brought. */
export function compareRequirements(file: string, before: string, after: string): News[] {
  const [old, current] = [pinsOf(before), pinsOf(after)];
  const names = [...new Set([...current.keys(), ...old.keys()])].filter((name) => old.get(name) !== current.get(name));
  const rows = names.map((name) =>
    newsOf({
      component: 'tools',
      subject: `${file}: ${name}`,
      state: 'new',
      locked: old.get(name),
      upstream: current.get(name),
    }),
  );
  if (rows.length > 0) {
    return rows;
  }
  const row = { component: 'tools', subject: file } as const;
  return [
    before === after
      ? { ...row, state: 'current' }
      : { ...row, state: 'new', reason: 'the same versions, other files' },
  ];
}

function pinsOf(text: string): Map<string, string> {
  const pins = text.matchAll(/^(?<name>[\w.-]+)==(?<version>[^\s;\\]+)/gm);
  return new Map([...pins].map(({ groups }) => [groups?.['name'] ?? '', groups?.['version'] ?? '']));
}

type Optional<T> = { readonly [K in keyof T]: T[K] | undefined };

/** Leaves out what is undefined, so that JSON and tests show what there is. */
function newsOf(fields: Optional<News>): News {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as News;
}
