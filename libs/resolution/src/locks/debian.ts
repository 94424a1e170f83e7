/** The components from Debian: the base image, its LLVM, and the sources of OpenBLAS, LAPACK and the libraries of Python. */
import type { Site } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import {
  type DebianSite,
  fetchPackages,
  findDebianPackage,
  findDebianSource,
  findImageDigest,
  highestMajor,
  packageVersion,
  type Suite,
  type Suites,
  whenServed,
} from '@pysan/sources';
import {
  compareDebianVersions,
  type DebianSource,
  type Found,
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

/** The locked releases of an upstream archive (`openblas`) and the suite's present one. Throws an UpstreamError if that is not known. */
export async function resolveSourcePackage(
  name: string,
  releases: readonly DebianSource[],
  [main]: Suites,
): Promise<Resolved<DebianSource[]>> {
  const found = await findDebianSource(main.index, name, main.site);
  const held = newestHeld(releases, false);
  if ('missing' in found) {
    throw new UpstreamError(`${main.site.origin} has nothing to build ${name} from: ${found.missing}.`);
  }
  const { release } = found;
  const isLocked = releases.some(({ version, sha256 }) => version === release.version && sha256 === release.sha256);
  const search = { subject: main.name, held, passedOver: [], ...(isLocked ? {} : { found: release }) };
  return resolveReleases(name, releases, [search]);
}

/**
 * The lock of a source package that is built with Debian's patches (`openssl`): the newest release in the suite and its security
 * updates, or the locked one while the mirror does not serve that. Throws an UpstreamError if the newest release is not known.
 */
export async function resolvePatchedPackage(
  name: string,
  releases: readonly DebianSource[],
  suites: Suites,
): Promise<Resolved<DebianSource[]>> {
  const { suite, listed } = newestOf(name, suites);
  if ('missing' in listed) {
    throw new UpstreamError(`${suite.site.origin} has nothing to build ${name} from: ${listed.missing}.`);
  }
  const { version, sha256 } = listed.release;
  const served = await whenServed(listed, suite.site);
  const row = { subject: suite.name, held: releases[0]?.version };
  if ('missing' in served) {
    const search = { ...row, passedOver: [{ version, reason: served.missing }] };
    return { lock: [...releases], news: resolveReleases(name, [], [search]).news };
  }
  const isLocked = releases.some((release) => release.sha256 === sha256);
  const search = { ...row, passedOver: [], ...(isLocked ? {} : { found: served.release }) };
  return { lock: [served.release], news: resolveReleases(name, [], [search]).news };
}

/** The package in the suite, or a newer one in its security updates. */
function newestOf(name: string, [main, security]: Suites): { suite: Suite; listed: Found<DebianSource> } {
  const [own, update] = [findDebianPackage(main.index, name), findDebianPackage(security.index, name)];
  const isNewer =
    'release' in update && ('missing' in own || compareDebianVersions(update.release.version, own.release.version) > 0);
  return isNewer ? { suite: security, listed: update } : { suite: main, listed: own };
}
