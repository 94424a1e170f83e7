/** Whether this machine can get a CPython source tarball: from python.org, else from Debian's source packages. */
import { isReachable, isThere } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import type { CpythonRelease } from '@pysan/versions';

import { pythonOrg, tarballUrl } from './python-org.ts';

const timeoutMs = 3000;

export interface SourceProbe {
  readonly isAvailable: boolean;
  /** Why, in words that fit behind the release's number. */
  readonly reason: string;
}

/** Answers for one release after the other, and asks only once whether python.org can be reached. */
export async function createSourceProbe(
  mirror: string | undefined,
): Promise<(release: CpythonRelease) => Promise<SourceProbe>> {
  const online = await isReachable(pythonOrg, timeoutMs);
  return (release) => (online ? probePythonOrg(release) : probeDebian(release, mirror));
}

async function probePythonOrg({ version }: CpythonRelease): Promise<SourceProbe> {
  const isAvailable = await findsIt(tarballUrl(version));
  return { isAvailable, reason: isAvailable ? 'python.org has its source' : 'python.org does not serve its source' };
}

async function probeDebian({ version, debian }: CpythonRelease, mirror: string | undefined): Promise<SourceProbe> {
  const isAvailable =
    mirror !== undefined && debian !== undefined && (await findsIt(debianTarballUrl(mirror, debian.package, version)));
  const where = 'python.org cannot be reached and Debian';
  return { isAvailable, reason: isAvailable ? `${where} has its source` : `${where} does not serve its source` };
}

/** Address of the same tarball in Debian's pool: `pool/main/p/python3.13/python3.13_3.13.5.orig.tar.xz`. */
function debianTarballUrl(mirror: string, sourcePackage: string, version: string): string {
  return `${mirror}/pool/main/p/${sourcePackage}/${sourcePackage}_${version}.orig.tar.xz`;
}

async function findsIt(url: string): Promise<boolean> {
  try {
    return await isThere(url, timeoutMs);
  } catch (error) {
    // A source that does not answer in time cannot be fetched either: the next older release is tried.
    if (error instanceof UpstreamError) {
      return false;
    }
    throw error;
  }
}
