/** The packages of a Debian suite, by the indices of its mirror (https://wiki.debian.org/DebianRepository/Format). */
import { ask, type Site } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import type { DebianSource, Found } from '@pysan/versions';
import xz from 'xz-decompress';

import { parseFields, splitParagraphs } from './deb822.ts';
import { type DebianSite, fetchSuiteFile } from './debian-release.ts';

/** The paragraphs of an index, as text. */
export type Index = readonly string[];

/** The packages of a suite for an architecture (`amd64`). Throws an UpstreamError if they cannot be read. */
export function fetchPackages(suite: string, architecture: string, site: DebianSite): Promise<Index> {
  return fetchIndex(suite, `main/binary-${architecture}/Packages.xz`, site);
}

/** The source packages of a suite. Throws an UpstreamError if they cannot be read. */
export function fetchSources(suite: string, site: DebianSite): Promise<Index> {
  return fetchIndex(suite, 'main/source/Sources.xz', site);
}

/** A suite as one mirror has it. */
export interface Suite {
  /** `trixie`, `trixie-security`. */
  readonly name: string;
  readonly site: DebianSite;
  /** Its source packages. */
  readonly index: Index;
}

/** A suite, and its security updates. */
export type Suites = readonly [main: Suite, security: Suite];

/** Throws an UpstreamError when it cannot tell. */
export function fetchSuites(suite: string, site: DebianSite): Promise<Suites> {
  return Promise.all([fetchSuite(suite, site), fetchSuite(`${suite}-security`, { ...site, origin: site.security })]);
}

async function fetchSuite(name: string, site: DebianSite): Promise<Suite> {
  return { name, site, index: await fetchSources(name, site) };
}

async function fetchIndex(suite: string, file: string, site: DebianSite): Promise<Index> {
  const url = `${site.origin}/dists/${suite}/${file}`;
  const bytes = await fetchSuiteFile(suite, file, site);
  const paragraphs = splitParagraphs(await decompress(url, bytes));
  if (paragraphs.length === 0) {
    throw new UpstreamError(`${url} did not answer as documented: the index is empty.`);
  }
  return paragraphs;
}

async function decompress(url: string, bytes: Buffer): Promise<string> {
  try {
    return await new Response(new xz.XzReadableStream(new Blob([new Uint8Array(bytes)]).stream())).text();
  } catch (cause) {
    throw new UpstreamError(`${url} did not answer as documented: it is not a complete xz file.`, { cause });
  }
}

/** The version of a package; undefined if the suite has none. Throws an UpstreamError if the index lists several. Pure. */
export function packageVersion(index: Index, name: string): string | undefined {
  return findFields(index, name)?.get('version');
}

/** The highest number at the end of package names: 22 for `clang-19` and `clang-22`. Undefined if there is none. Pure. */
export function highestMajor(index: Index, name: string): number | undefined {
  const pattern = new RegExp(String.raw`^Package: ${name}-(?<major>\d+)\n`);
  const majors = index.flatMap((paragraph) => pattern.exec(paragraph)?.groups?.['major'] ?? []).map(Number);
  return majors.length === 0 ? undefined : Math.max(...majors);
}

/** The upstream archive of a source package, if the mirror serves it; otherwise what is missing. */
export function findDebianSource(index: Index, name: string, site: Site): Promise<Found<DebianSource>> {
  return whenServed(debianSourceIn(index, name), site);
}

/** The .dsc of a source package, which names Debian's patches too; otherwise what is missing. Pure. */
export function findDebianPackage(index: Index, name: string): Found<DebianSource> {
  const fields = findFields(index, name);
  const version = fields?.get('version');
  const dsc = /^ (?<sha256>[0-9a-f]{64}) \d+ (?<file>\S+\.dsc)$/m.exec(fields?.get('checksums-sha256') ?? '')?.groups;
  const directory = fields?.get('directory');
  if (version === undefined || dsc === undefined || directory === undefined) {
    return { missing: fields === undefined ? 'Debian has no such source package' : 'it has no .dsc' };
  }
  return { release: { version, sha256: dsc['sha256'] ?? '', path: `${directory}/${dsc['file']}` } };
}

/** The found source, if the mirror serves it; otherwise what is missing. */
export async function whenServed(found: Found<DebianSource>, { origin, timing }: Site): Promise<Found<DebianSource>> {
  if ('release' in found && (await ask(`${origin}/${found.release.path}`, { method: 'HEAD', timing })) === undefined) {
    return { missing: 'its archive is listed, but not served yet' };
  }
  return found;
}

function debianSourceIn(index: Index, name: string): Found<DebianSource> {
  const fields = findFields(index, name);
  // 1:0.3.29+ds-3 is upstream's 0.3.29, repacked by Debian, in its third packaging.
  const version = /^(?:\d+:)?(?<upstream>[\d.]+)/.exec(fields?.get('version') ?? '')?.groups?.['upstream'];
  const checksums = fields?.get('checksums-sha256') ?? '';
  const archive = /^ (?<sha256>[0-9a-f]{64}) \d+ (?<file>\S+\.orig\.tar\.\w+)$/m.exec(checksums)?.groups;
  const directory = fields?.get('directory');
  if (version === undefined || archive === undefined || directory === undefined) {
    return { missing: fields === undefined ? 'Debian has no such source package' : 'it has no upstream archive' };
  }
  return { release: { version, sha256: archive['sha256'] ?? '', path: `${directory}/${archive['file']}` } };
}

/** Versions that Debian marks as only needed by old binaries do not count. */
function findFields(index: Index, name: string): Map<string, string> | undefined {
  const named = index.filter((paragraph) => paragraph.startsWith(`Package: ${name}\n`)).map(parseFields);
  const found = named.filter((fields) => fields.get('extra-source-only') !== 'yes');
  if (found.length > 1) {
    throw new UpstreamError(`Debian's index lists ${found.length} versions of ${name}. Try again later.`);
  }
  return found[0];
}
