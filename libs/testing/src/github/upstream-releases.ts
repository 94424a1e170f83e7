/** For tests: what python.org, GitHub and the package index have of CPython, numpy and scipy, and a new release of each. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { bytes, json, type LocalServer } from '../local-server.ts';
import type { World } from '../upstreams.ts';

const sha256 = '2'.repeat(64);
const libraries = ['numpy', 'scipy'] as const;
type Component = 'cpython' | (typeof libraries)[number];

export interface UpstreamReleases {
  /** The newest of a component, or of a series of CPython: `3.14.10`. */
  readonly newest: (component: Component, series?: string) => string;
  /** Has upstream make the next patch release of a component, or of a series of CPython; answers its version. */
  readonly release: (component: Component, series?: string) => string;
}

/** One release of each series of CPython, and one of each library, which supports all tracks; the locks hold the same. */
export async function startReleases({ root, servers }: World, tracks: readonly string[]): Promise<UpstreamReleases> {
  const series = [...new Set(tracks.map((it) => it.replace('t', '')))];
  const versions = { cpython: series.map((it) => `${it}.1`), numpy: ['2.4.0'], scipy: ['1.17.0'] };
  const show = (): void => {
    showCpython(servers.pythonOrg, versions.cpython);
    libraries.forEach((library) => {
      showLibrary(servers, library, versions[library], tracks);
    });
  };
  const of = (component: Component, within = ''): string[] =>
    versions[component].filter((version) => version.startsWith(within));
  const newest: UpstreamReleases['newest'] = (component, within) => of(component, within).at(-1) ?? '';
  await writeLocks(root, versions.cpython, tracks);
  show();
  return {
    newest,
    release: (component, within) => {
      const [major, minor, patch] = newest(component, within).split('.');
      const next = `${major}.${minor}.${Number(patch) + 1}`;
      versions[component].push(next);
      show();
      return next;
    },
  };
}

async function writeLocks(root: string, cpython: readonly string[], tracks: readonly string[]): Promise<void> {
  const write = (component: string, lock: object): Promise<void> =>
    writeFile(path.join(root, `versions/${component}/lock.json`), JSON.stringify({ component, ...lock }));
  const releases = cpython.toReversed().map((version) => ({ version, sha256 }));
  await write('cpython', { repository: 'https://github.com/python/cpython', channels: [], releases });
  for (const [library, version] of [
    ['numpy', '2.4.0'],
    ['scipy', '1.17.0'],
  ]) {
    const held = { version, sha256, file: `${library}-${version}.tar.gz`, pythonTags: tracks };
    await write(library ?? '', {
      repository: `https://github.com/${library}/${library}`,
      branch: 'main',
      releases: [held],
    });
  }
}

function showCpython(server: LocalServer, versions: readonly string[]): void {
  const listed = versions.map((version, id) => ({
    name: `Python ${version}`,
    pre_release: false,
    resource_uri: `https://example.org/api/v2/downloads/release/${id}/`,
  }));
  server.replies = { '/api/v2/downloads/release/?is_published=true&version=3': json(listed) };
  versions.forEach((version, id) => {
    const file = `/ftp/python/${version}/Python-${version}.tar.xz`;
    const artifact = { url: `https://example.org${file}`, sha256_sum: sha256 };
    server.replies[`/api/v2/downloads/release_file/?release=${id}`] = json([artifact]);
    server.replies[file] = bytes('');
  });
}

function showLibrary(
  { gitHub, packageIndex }: World['servers'],
  library: string,
  versions: readonly string[],
  tracks: readonly string[],
): void {
  const releases = versions
    .toReversed()
    .map((version) => ({ tag_name: `v${version}`, draft: false, prerelease: false }));
  gitHub.replies[`/repos/${library}/${library}/releases?per_page=100`] = json(releases);
  const files = versions.flatMap((version) => filesOf(library, version, tracks));
  packageIndex.replies[`/${library}/`] = json({ files });
  versions.forEach((version) => {
    packageIndex.replies[`/files/${library}-${version}.tar.gz`] = bytes('');
  });
}

function filesOf(library: string, version: string, tracks: readonly string[]): object[] {
  const wheels = tracks.map((track) => {
    const abi = `cp${track.replace('.', '')}`;
    return `${library}-${version}-${abi.replace('t', '')}-${abi}-manylinux_2_28_x86_64.whl`;
  });
  return [...wheels, `${library}-${version}.tar.gz`].map((filename) => ({
    filename,
    url: `../files/${filename}`,
    hashes: { sha256 },
    yanked: false,
  }));
}
