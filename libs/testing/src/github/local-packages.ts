/** For tests: the container packages of a local GitHub's owner, as https://docs.github.com/en/rest/packages/packages. */
import { type LocalReply, type LocalRequest, paged, type Route } from './route.ts';

/** A manifest of GHCR's, as GitHub numbers it. */
export interface LocalVersion {
  readonly id: number;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly createdAt: Date;
  readonly downloads: number;
}

export interface LocalPackage {
  readonly isPublic: boolean;
  /** The newest first. */
  readonly versions: () => readonly LocalVersion[];
  readonly remove: (version: LocalVersion) => void;
}

export type PackageRight = 'read:packages' | 'delete:packages' | 'the Admin role';

export interface LocalPackages {
  /** An organisation. */
  readonly owner: string;
  readonly find: (name: string) => LocalPackage | undefined;
  readonly rights: (token: string) => readonly PackageRight[];
}

const downloadsMax = 5000;

const absent: LocalReply = { status: 404, body: { message: 'Package not found.' } };

/** Their paths are whole: packages belong to no repository. */
export function packageRoutes(packages: LocalPackages): Route[] {
  const base = `^/orgs/${packages.owner}/packages/container/`;
  const one = new RegExp(`${base}(.+/versions/\\d+)$`);
  return [
    ['GET', new RegExp(`^/users/(${packages.owner})$`), () => ({ status: 200, body: { type: 'Organization' } })],
    ['GET', new RegExp(`${base}(.+)/versions$`), (request, name) => list(packages, request, name)],
    ['GET', one, (request, path) => show(packages, request, path)],
    ['DELETE', one, (request, path) => remove(packages, request, path)],
  ];
}

function list({ find, rights }: LocalPackages, { url, token }: LocalRequest, name: string): LocalReply {
  if (!rights(token).includes('read:packages')) {
    return { status: 403, body: { message: "You need at least read:packages scope to get a package's versions." } };
  }
  const found = find(name);
  return found === undefined ? absent : paged(url, found.versions().map(describe), (page) => page);
}

function describe({ id, digest, tags, createdAt }: LocalVersion): object {
  const metadata = { package_type: 'container', container: { tags } };
  return { id, name: digest, created_at: createdAt.toISOString(), metadata };
}

function show(packages: LocalPackages, { token }: LocalRequest, path: string): LocalReply {
  const [, version] = locate(packages, path);
  return version === undefined || !packages.rights(token).includes('read:packages')
    ? absent
    : { status: 200, body: describe(version) };
}

function locate({ find }: LocalPackages, path: string): [LocalPackage | undefined, LocalVersion | undefined] {
  const [, name = '', id] = /^(.+)\/versions\/(\d+)$/.exec(path) ?? [];
  const found = find(name);
  return [found, found?.versions().find((version) => String(version.id) === id)];
}

function remove(packages: LocalPackages, { token }: LocalRequest, path: string): LocalReply {
  const rights = packages.rights(token);
  const [found, version] = locate(packages, path);
  if (!rights.includes('delete:packages')) {
    return { status: 403, body: { message: 'You need at least delete:packages scope to delete a package version.' } };
  }
  // Who may not have it is told that there is none.
  if (found === undefined || version === undefined || !rights.includes('the Admin role')) {
    return absent;
  }
  const message = refusalOf(found, version);
  if (message !== undefined) {
    return { status: 400, body: { message } };
  }
  found.remove(version);
  return { status: 204 };
}

function refusalOf({ isPublic, versions }: LocalPackage, { tags, downloads }: LocalVersion): string | undefined {
  if (isPublic && downloads > downloadsMax) {
    return `Publicly visible package versions with more than ${downloadsMax} downloads cannot be deleted. Contact GitHub support for further assistance.`;
  }
  const tagged = versions().filter((version) => version.tags.length > 0);
  return tags.length > 0 && tagged.length === 1
    ? 'You cannot delete the last tagged version of a package. You must delete the package instead.'
    : undefined;
}
