/** A Python library: for each Python tag the newest release that upstream announces and builds wheels for. */
import { type GitHub, listReleases } from '@pysan/github';
import type { Entries, Site } from '@pysan/http';
import { parsePythonTag, UpstreamError } from '@pysan/model';
import { findSdist, type IndexFile, listLibraryFiles, releaseIn, versionsIn } from '@pysan/sources';
import {
  type Announced,
  type Found,
  isStable,
  type Library,
  type LibraryRelease,
  newerReleases,
  newestHeld,
  passOverMalformed,
  refreshReleases,
  type Resolved,
  resolveReleases,
  type Search,
  searchFirst,
  supports,
  toSemver,
} from '@pysan/versions';

export interface LibraryRequest {
  readonly library: Library;
  readonly releases: readonly LibraryRelease[];
  /** Python tags of series, `3.14t`. */
  readonly tags: readonly string[];
  /** The repository where upstream announces releases, `https://github.com/numpy/numpy`; without it, the index counts. */
  readonly repository: string | undefined;
  readonly preRelease: boolean;
  readonly gitHub: GitHub;
  readonly index: Site;
}

interface Known extends LibraryRequest {
  readonly files: readonly IndexFile[];
  readonly announced: Entries<Announced>;
}

/** The locked releases and the new ones for the tags. Throws an UpstreamError if GitHub or the index does not answer. */
export async function resolveLibrary(request: LibraryRequest): Promise<Resolved<LibraryRelease[]>> {
  const { library } = request;
  const files = await listLibraryFiles(library, request.index);
  const announced = await listAnnounced(request, files);
  const refreshed = refreshReleases(library, request.releases, (version) => releaseIn(files, library, version));
  const known = { ...request, releases: refreshed.lock, files, announced };
  const searches = await Promise.all(request.tags.map((tag) => searchTag(tag, known)));
  const { lock, news } = resolveReleases(library, refreshed.lock, searches);
  return { lock, news: [...news, ...refreshed.news] };
}

async function listAnnounced(
  { library, repository, gitHub }: LibraryRequest,
  files: readonly IndexFile[],
): Promise<Entries<Announced>> {
  if (repository === undefined) {
    const entries = versionsIn(files, library).map((version) => ({ version, preRelease: !isStable(version) }));
    return { entries, malformed: 0 };
  }
  const releases = await listReleases(gitHub, new URL(repository).pathname.slice(1));
  if (releases === undefined) {
    throw new UpstreamError(`GitHub has no ${repository}. Fix "repository" in versions/${library}/lock.json.`);
  }
  const entries = releases.entries.filter(({ tag }) => toSemver(tag) !== undefined);
  return {
    entries: entries.map(({ tag, preRelease }) => ({
      version: tag.replace(/^v/, ''),
      preRelease: preRelease || !isStable(tag),
    })),
    malformed: releases.malformed,
  };
}

async function searchTag(tag: string, known: Known): Promise<Search<LibraryRelease>> {
  const held = newestHeld(
    known.releases.filter((release) => supports(release, parsePythonTag(tag))),
    known.preRelease,
  );
  const candidates = newerReleases(known.announced.entries, held, known.preRelease);
  const { passedOver, ...search } = await searchFirst(candidates, ({ version }) => probe(version, tag, known));
  const malformed = passOverMalformed("GitHub's", known.announced.malformed);
  return { subject: tag, held, ...search, passedOver: [...malformed, ...passedOver] };
}

async function probe(version: string, tag: string, { files, library, index }: Known): Promise<Found<LibraryRelease>> {
  const listed = releaseIn(files, library, version);
  return 'release' in listed && !supports(listed.release, parsePythonTag(tag))
    ? { missing: `upstream publishes no wheels for ${tag}` }
    : findSdist(files, library, version, index);
}
