/** CPython releases by python.org's API: https://www.python.org/api/v2/downloads/. */
import { ask, type Entries, fetchJson, fetchSha256, readEntries, type Site } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import { type Announced, type CpythonRelease, type Found, isStable, toSemver } from '@pysan/versions';
import { z } from 'zod';

export const pythonOrg = 'https://www.python.org';

const releaseEntry = z.object({ name: z.string(), resource_uri: z.string(), pre_release: z.boolean().optional() });
const fileEntry = z.object({ url: z.string(), sha256_sum: z.string().nullish() });

export interface AnnouncedCpython extends Announced {
  /** python.org's id of the release. */
  readonly id: string;
}

/**
 * The releases of Python 3 that python.org announces, in no particular order. Names that are not a PEP 440 release are left out.
 * Throws an UpstreamError if python.org does not answer.
 */
export async function listCpythonReleases(site: Site = { origin: pythonOrg }): Promise<Entries<AnnouncedCpython>> {
  const { entries, malformed } = await fetchList('release/?is_published=true&version=3', releaseEntry, site);
  const releases = entries.flatMap(({ name, resource_uri, pre_release = false }) => {
    const version = /^Python (?<version>\S+)$/.exec(name)?.groups?.['version'];
    const id = /(?<!\d)(?<id>\d+)\/?$/.exec(resource_uri)?.groups?.['id'];
    return version === undefined || id === undefined || toSemver(version) === undefined
      ? []
      : [{ version, id, preRelease: pre_release || !isStable(version) }];
  });
  return { entries: releases, malformed };
}

/**
 * The tarball of an announced release, or why there is none yet. If python.org has no sha256, it is computed from the tarball.
 * Throws an UpstreamError if python.org does not answer.
 */
export async function findCpythonSource(
  { version, id }: AnnouncedCpython,
  site: Site = { origin: pythonOrg },
): Promise<Found<CpythonRelease>> {
  const url = tarballUrl(version, site.origin);
  const files = await fetchList(`release_file/?release=${id}`, fileEntry, site);
  const listed = files.entries.find((file) => file.url.endsWith(`/Python-${version}.tar.xz`));
  if (listed === undefined) {
    return { missing: 'its tarball is not there yet' };
  }
  const sha256 = /^[0-9a-f]{64}$/.test(listed.sha256_sum ?? '') ? listed.sha256_sum : undefined;
  const known = sha256 == null ? await fetchSha256(url, site.timing) : await ifThere(url, sha256, site);
  return known === undefined
    ? { missing: 'its tarball is listed, but not served yet' }
    : { release: { version, sha256: known } };
}

/**
 * A release by its number; undefined if python.org does not have the release or its tarball yet. Throws an UpstreamError if
 * python.org does not answer.
 */
export async function findCpythonRelease(version: string, site?: Site): Promise<CpythonRelease | undefined> {
  const { entries } = await listCpythonReleases(site);
  const announced = entries.find((release) => release.version === version);
  const found = announced === undefined ? undefined : await findCpythonSource(announced, site);
  return found !== undefined && 'release' in found ? found.release : undefined;
}

/** URL of a release's source tarball. Pre-releases are in the folder of their final release. */
export function tarballUrl(version: string, origin = pythonOrg): string {
  return `${origin}/ftp/python/${version.replace(/(a|b|rc)\d+$/, '')}/Python-${version}.tar.xz`;
}

async function fetchList<T>(query: string, entry: z.ZodType<T>, { origin, timing }: Site): Promise<Entries<T>> {
  const url = `${origin}/api/v2/downloads/${query}`;
  const list = await fetchJson(url, z.unknown(), { timing });
  if (list === undefined) {
    throw new UpstreamError(`${url} answered 404: python.org's API has moved.`);
  }
  return readEntries(url, list, entry);
}

async function ifThere(url: string, sha256: string, { timing }: Site): Promise<string | undefined> {
  return (await ask(url, { method: 'HEAD', timing })) === undefined ? undefined : sha256;
}
