/**
 * A library's releases in the package index that pip or uv is configured with on this machine (PEP 691).
 *
 * The repository does not contain the URL of the index. It comes from the environment, pip's configuration, or pip's default.
 */
import { ask, fetchJson, identify, type Site } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import { type Found, type Library, type LibraryRelease, toSemver } from '@pysan/versions';
import { execa } from 'execa';
import { z } from 'zod';

const project = z.object({
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()),
      yanked: z.union([z.boolean(), z.string()]).optional(),
    }),
  ),
});

/** A file of a library, with its full URL. */
export type IndexFile = z.infer<typeof project>['files'][number];

/** All files of a library in the index, in no particular order; none if the library is unknown. Throws an UpstreamError if the index does not answer. */
export async function listLibraryFiles(library: Library, index: Site): Promise<IndexFile[]> {
  const page = `${index.origin}/${library}/`;
  const headers = { accept: 'application/vnd.pypi.simple.v1+json', ...identify(page, index) };
  const answer = await fetchJson(page, project, { headers, timing: index.timing });
  return (answer?.files ?? []).map((file) => ({ ...file, url: new URL(file.url, page).href }));
}

/** The versions with an sdist, in no particular order. Version forms that pysan cannot order are left out. Pure. */
export function versionsIn(files: readonly IndexFile[], library: Library): string[] {
  const prefix = `${fileNameOf(library)}-`;
  const names = files.map(({ filename }) => filename).filter((name) => name.startsWith(prefix));
  const versions = names.flatMap((name) => /-(?<version>[^-]+)\.tar\.gz$/.exec(name)?.groups?.['version'] ?? []);
  return versions.filter((version) => toSemver(version) !== undefined);
}

/** The release that the files form, with the Python tags of its wheels; otherwise what is missing. Pure. */
export function releaseIn(files: readonly IndexFile[], library: Library, version: string): Found<LibraryRelease> {
  const file = `${fileNameOf(library)}-${version}.tar.gz`;
  const sdist = files.find(({ filename }) => filename === file);
  const sha256 = sdist?.hashes['sha256'];
  if (sdist === undefined || sha256 === undefined) {
    return { missing: sdist === undefined ? 'its sdist is not there yet' : 'the index gives no sha256 for its sdist' };
  }
  if (typeof sdist.yanked === 'string' || sdist.yanked === true) {
    return { missing: `its sdist was yanked${typeof sdist.yanked === 'string' ? ` (${sdist.yanked})` : ''}` };
  }
  const pythonTags = [...new Set(files.flatMap(({ filename }) => wheelTag(library, filename, version) ?? []))];
  return pythonTags.length === 0
    ? { missing: 'it has no wheels yet' }
    : { release: { version, sha256, file, pythonTags: pythonTags.toSorted(byMinor) } };
}

/** The same, and checks that its sdist is served. Throws an UpstreamError if that cannot be told. */
export async function findSdist(
  files: readonly IndexFile[],
  library: Library,
  version: string,
  index: Site,
): Promise<Found<LibraryRelease>> {
  const found = releaseIn(files, library, version);
  const url = 'release' in found ? files.find(({ filename }) => filename === found.release.file)?.url : undefined;
  return url === undefined || (await isServed(url, index))
    ? found
    : { missing: 'its sdist is listed, but not served yet' };
}

async function isServed(url: string, index: Site): Promise<boolean> {
  return (await ask(url, { method: 'HEAD', headers: identify(url, index), timing: index.timing })) !== undefined;
}

/**
 * A library's release by its number; undefined if the index has no sdist of it. Throws an UpstreamError if the index does not
 * answer.
 */
export async function findLibraryRelease(
  library: Library,
  version: string,
  index: Site,
): Promise<LibraryRelease | undefined> {
  const found = await findSdist(await listLibraryFiles(library, index), library, version, index);
  return 'release' in found ? found.release : undefined;
}

// The only hyphens in a file name are those between its parts (PEP 625, PEP 427).
function fileNameOf(library: Library): string {
  return library.replaceAll('-', '_');
}

// numpy-2.4.6-cp313-cp313t-manylinux…: the second tag is the ABI (PEP 427).
function wheelTag(library: Library, filename: string, version: string): string | undefined {
  const pattern = /^(?<library>[^-]+)-(?<version>[^-]+)-cp\d+-cp3(?<minor>\d+)(?<flavour>t?)-.*\.whl$/;
  const groups = pattern.exec(filename)?.groups;
  return groups?.['library'] === fileNameOf(library) && groups['version'] === version
    ? `3.${groups['minor']}${groups['flavour']}`
    : undefined;
}

// 3.9, 3.14, 3.14t: sorted by number, then the default flavour first.
function byMinor(left: string, right: string): number {
  return Number.parseInt(left.slice(2)) - Number.parseInt(right.slice(2)) || left.length - right.length;
}

const indexVariables = ['UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'PIP_INDEX_URL'];

/** The index of this machine. Throws an UpstreamError if neither the environment nor pip names one. */
export async function findIndex(env: NodeJS.ProcessEnv): Promise<Site> {
  const fromEnvironment = indexVariables.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  // In uv an index may have a name: `name=https://…`.
  const address = fromEnvironment?.replace(/^[\w-]+=(?=https?:)/, '') ?? (await askPip());
  if (!URL.canParse(address)) {
    throw new UpstreamError('No package index is configured. Set PIP_INDEX_URL, or install pip for python3.');
  }
  return toSite(new URL(address));
}

/** A user and password in the URL, as in pip, are only sent to the index. */
function toSite(address: URL): Site {
  const userInfo = [address.username, address.password].map(decodeURIComponent).join(':');
  const origin = `${address.origin}${address.pathname}`.replace(/\/$/, '');
  const authorization = `Basic ${Buffer.from(userInfo).toString('base64')}`;
  return userInfo === ':' ? { origin } : { origin, authorization };
}

async function askPip(): Promise<string> {
  const program = [
    'from pip._internal.configuration import Configuration',
    'from pip._internal.models.index import PyPI',
    'configuration = Configuration(isolated=False)',
    'configuration.load()',
    'print(dict(configuration.items()).get("global.index-url", PyPI.simple_url))',
  ].join('\n');
  const { stdout, failed } = await execa('python3', ['-c', program], { reject: false });
  return failed ? '' : stdout.trim();
}
