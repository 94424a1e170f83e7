/** The components from Debian: the base image, its LLVM, and the sources of OpenBLAS and LAPACK. */
import type { Site } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import {
  type DebianSite,
  fetchPackages,
  findDebianSource,
  findImageDigest,
  highestMajor,
  type Index,
  packageVersion,
} from '@pysan/sources';
import {
  type DebianSource,
  type Locks,
  newestHeld,
  type Resolved,
  resolveDebian,
  resolveReleases,
} from '@pysan/versions';

/** The lock of the base with both its parts. Throws an UpstreamError if one is not known. */
export async function resolveBase(
  lock: Locks['debian'],
  sites: { readonly findDebian: () => Promise<DebianSite>; readonly dockerHub: Site },
): Promise<Resolved<Locks['debian']>> {
  const debian = await sites.findDebian();
  const [digest, llvm] = await Promise.all([findImageDigest(lock.image, sites.dockerHub), findLlvm(lock, debian)]);
  if (digest === undefined) {
    throw new UpstreamError(`Docker Hub has no ${lock.image}. Fix "image" in versions/debian/lock.json.`);
  }
  return resolveDebian(lock, { digest, llvm });
}

/** The version of the newest LLVM in the suite itself. */
async function findLlvm({ suite }: Locks['debian'], site: DebianSite): Promise<string> {
  const index = await fetchPackages(suite, 'amd64', site);
  const found = packageVersion(index, `clang-${highestMajor(index, 'clang')}`);
  if (found === undefined) {
    throw new UpstreamError(`${site.origin} has no clang in ${suite}.`);
  }
  return found;
}

/** The locked releases of a source package (`openblas`) and the suite's present one. Throws an UpstreamError if that is not known. */
export async function resolveSourcePackage(
  name: string,
  releases: readonly DebianSource[],
  { index, suite, site }: { readonly index: Index; readonly suite: string; readonly site: Site },
): Promise<Resolved<DebianSource[]>> {
  const found = await findDebianSource(index, name, site);
  const held = newestHeld(releases, false);
  if ('missing' in found) {
    throw new UpstreamError(`${site.origin} has nothing to build ${name} from: ${found.missing}.`);
  }
  const { release } = found;
  const isLocked = releases.some(({ version, sha256 }) => version === release.version && sha256 === release.sha256);
  const search = { subject: suite, held, passedOver: [], ...(isLocked ? {} : { found: release }) };
  return resolveReleases(name, releases, [search]);
}
