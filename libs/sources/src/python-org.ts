/** CPython releases by python.org's API: https://www.python.org/api/v2/downloads/. */
import type { CpythonRelease } from '@pysan/versions';
import { z } from 'zod';

import { fetchJson } from './http.ts';

export const pythonOrg = 'https://www.python.org';

const releaseList = z.array(z.object({ name: z.string(), resource_uri: z.string() }));
const fileList = z.array(z.object({ url: z.string(), sha256_sum: z.string().nullish() }));

/**
 * A release by its number; undefined when python.org has no such release, or not yet its tarball with a sha256.
 * Throws an UpstreamError when it cannot tell. `origin` is the server to ask.
 */
export async function findCpythonRelease(version: string, origin = pythonOrg): Promise<CpythonRelease | undefined> {
  const api = `${origin}/api/v2/downloads`;
  const releases = await fetchJson(`${api}/release/?is_published=true&version=3`, releaseList);
  const uri = releases?.find(({ name }) => name === `Python ${version}`)?.resource_uri;
  const id = uri === undefined ? undefined : /(\d+)\/?$/.exec(uri)?.[1];
  if (id === undefined) {
    return undefined;
  }
  const files = await fetchJson(`${api}/release_file/?release=${id}`, fileList);
  const sha256 = files?.find(({ url }) => url.endsWith(`/Python-${version}.tar.xz`))?.sha256_sum;
  return sha256 == null || sha256 === '' ? undefined : { version, sha256 };
}

/** Address of a release's source tarball. Pre-releases lie in the folder of their final release. */
export function tarballUrl(version: string): string {
  return `${pythonOrg}/ftp/python/${version.replace(/(a|b|rc)\d+$/, '')}/Python-${version}.tar.xz`;
}
