/** Walks `pysan resolve` from upstreams to the locks, in good and in bad times. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { faults, json } from '@pysan/testing/local-server';
import { EngineError, UpstreamError } from '@pysan/model';
import { archivesOfDebian, packagesOfDebian } from '@pysan/versions';

import { type ResolveTask, runResolve } from './resolve.ts';
import type { Sites } from '@pysan/resolution';
import { createWorld, type Upstream, withTiming, type World } from '@pysan/testing/upstreams';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(() => world.stop());

interface Outcome {
  readonly output: string;
  readonly message: string;
  readonly failure: unknown;
  /** Files that were written, by their paths. */
  readonly written: string[];
  /** What the lock of CPython held each time that files were generated from it. */
  readonly generatedFrom: string[][];
}

async function resolve(options: Partial<ResolveTask> = {}): Promise<Outcome> {
  const before = await readVersions();
  const [output, messages]: [string[], string[]] = [[], []];
  const generatedFrom: string[][] = [];
  const generate = async () => generatedFrom.push(await readReleases('cpython'));
  const defaults = { root: world.root, sites: world.sites, preRelease: false, apply: false, json: false, generate };
  const command = { ...defaults, ...options };
  const failure = await runResolve(command, {
    log: (line: string) => output.push(line),
    error: (line: string) => messages.push(line),
  }).catch((error: unknown) => error);
  const after = await readVersions();
  const written = Object.keys(after).filter((file) => after[file] !== before[file]);
  return { output: output.join('\n'), message: messages.join('\n'), failure, written, generatedFrom };
}

async function readVersions(): Promise<Record<string, string>> {
  const folder = path.join(world.root, 'versions');
  const names = await readdir(folder, { recursive: true });
  const texts = await Promise.all(
    names.toSorted().map(async (name) => {
      const file = path.join(folder, name);
      return (await stat(file)).isFile() ? [[name, await readFile(file, 'utf8')] as const] : [];
    }),
  );
  return Object.fromEntries(texts.flat());
}

async function readReleases(component: string): Promise<string[]> {
  const text = await readFile(path.join(world.root, 'versions', component, 'lock.json'), 'utf8');
  return (JSON.parse(text) as { releases: { version: string }[] }).releases.map(({ version }) => version);
}

const ahead = ['cpython', 'debian', 'numpy', 'openblas', 'openssl', 'some-package'].map((name) => `${name}/lock.json`);
const allFiles = [...ahead, 'tools/tools/tools.txt'];

describe('when all upstreams answer', () => {
  it('prints what is new, and why what is newer does not count; writes nothing', async () => {
    const { output, message, failure, written } = await resolve();
    expect(output).toBe(
      `
COMPONENT     FOR                 LOCKED                    UPSTREAM                  NEWS
debian        debian:trixie-slim  -                         sha256:222222222222       new
debian        LLVM                1:21.1.8-3~bpo13+2        1:22.1.8-1~deb13u5        new
cpython       3.13                3.13.5                    3.13.5                    up to date
cpython       3.14                3.14.10                   3.14.11                   new (3.14.12: its tarball is not there yet)
cpython       3.15                -                         -                         not buildable
numpy         3.13t               2.4.6                     2.4.6                     up to date (2.5.6: its sdist is not there yet; 2.5.5: upstream publishes no wheels for 3.13t)
numpy         3.14                -                         2.5.5                     new (2.5.6: its sdist is not there yet)
numpy         3.14t               2.4.6                     2.5.5                     new (2.5.6: its sdist is not there yet)
numpy         3.15t               -                         2.5.5                     new (2.5.6: its sdist is not there yet)
scipy         3.13t               1.17.1                    1.17.1                    up to date (1.18.1: its sdist was yanked (wrong results))
scipy         3.14                -                         -                         not buildable (1.18.1: its sdist was yanked (wrong results); 1.17.1: upstream publishes no wheels for 3.14)
scipy         3.14t               1.17.1                    1.17.1                    up to date (1.18.1: its sdist was yanked (wrong results))
scipy         3.15t               -                         -                         not buildable (1.18.1: its sdist was yanked (wrong results); 1.17.1: upstream publishes no wheels for 3.15t)
some-package  3.13t               1.0                       1.0                       up to date
some-package  3.14                -                         -                         not buildable (1.0: upstream publishes no wheels for 3.14)
some-package  3.14t               1.0                       1.0                       up to date
some-package  3.15t               -                         -                         not buildable (1.0: upstream publishes no wheels for 3.15t)
some-package  1.0                 1.0                       1.0                       new (has wheels for 3.14t now)
openblas      trixie              0.3.28                    0.3.29                    new
lapack        trixie              3.12.1                    3.12.1                    up to date
openssl       trixie-security     3.5.6-1~deb13u1           3.5.7-1~deb13u2           new
libffi        trixie              3.4.8-2                   3.4.8-2                   up to date
zlib          trixie              1:1.3.dfsg+really1.3.1-1  1:1.3.dfsg+really1.3.1-1  up to date
bzip2         trixie              1.0.8-6                   1.0.8-6                   up to date
xz-utils      trixie              5.8.1-1+deb13u1           5.8.1-1+deb13u1           up to date
libzstd       trixie              1.5.7+dfsg-1              1.5.7+dfsg-1              up to date
sqlite3       trixie              3.46.1-7+deb13u2          3.46.1-7+deb13u2          up to date
tools         tools.txt: cython   3.1.0                     3.1.1                     new
cpython       3.16t-dev           -                         cccccccccccc              builds use its newest commit
numpy         main (branch)       -                         cccccccccccc              builds use its newest commit
scipy         main (branch)       -                         cccccccccccc              builds use its newest commit`.trimStart(),
    );
    expect({ failure, written }).toEqual({ failure: undefined, written: [] });
    expect(message).toMatch(/^--apply would write versions\/debian\/lock\.json, /);
  });

  it('writes the news with --apply, and nothing the second time', async () => {
    expect(await resolve({ apply: true })).toMatchObject({ failure: undefined, written: allFiles });
    expect(await readReleases('cpython')).toEqual(['3.14.11', '3.14.10', '3.13.5']);
    expect(await readReleases('numpy')).toEqual(['2.5.5', '2.4.6']);
    expect(await readReleases('openblas')).toEqual(['0.3.29', '0.3.28']);
    expect(await readReleases('openssl')).toEqual(['3.5.7-1~deb13u2']);
    const second = await resolve({ apply: true });
    expect(second).toMatchObject({ failure: undefined, written: [], message: 'The lock is up to date.' });
    expect(second.output).not.toMatch(/ new( |$)/m);
  });

  it('generates files from the locks that were written, and from no others', async () => {
    expect((await resolve()).generatedFrom).toEqual([]);
    expect((await resolve({ apply: true })).generatedFrom).toEqual([['3.14.11', '3.14.10', '3.13.5']]);
  });

  it('says what failed when files cannot be generated, after the locks are written', async () => {
    const generate = () => Promise.reject(new EngineError('nx sync failed'));
    const { failure, written, message } = await resolve({ apply: true, generate });
    expect({ failure: String(failure), written }).toEqual({
      failure: 'EngineError: nx sync failed',
      written: allFiles,
    });
    expect(message).toMatch(/^Wrote /);
  });

  it('adds an entry to a lock, and touches no other line', async () => {
    const before = await readVersions();
    await resolve({ apply: true });
    const after = await readVersions();
    const entry = `    {\n      "version": "3.14.11",\n      "sha256": "${'2'.repeat(64)}"\n    },\n`;
    expect(after['cpython/lock.json']?.replace(entry, '')).toBe(before['cpython/lock.json']);
    expect(after['numpy/lock.json']).toContain('"pythonTags": ["3.14", "3.14t", "3.15t"]');
  });

  it('counts pre-releases when asked to', async () => {
    await resolve({ apply: true, preRelease: true });
    expect(await readReleases('cpython')).toEqual(['3.15.0rc3', '3.14.11', '3.14.10', '3.13.5']);
  });

  it('prints JSON for machines', async () => {
    const { output } = await resolve({ json: true });
    expect(JSON.parse(output)).toMatchObject({
      news: expect.arrayContaining([
        {
          component: 'cpython',
          subject: '3.14',
          state: 'new',
          locked: '3.14.10',
          upstream: '3.14.11',
          reason: '3.14.12: its tarball is not there yet',
        },
      ]),
      failures: [],
      changes: expect.arrayContaining(['versions/cpython/lock.json']),
      applied: false,
    });
  });
});

const affected: Record<Upstream, { urls: readonly string[]; components: readonly string[] }> = {
  pythonOrg: {
    urls: ['/api/v2/downloads/release/?is_published=true&version=3', '/api/v2/downloads/release_file/?release=4'],
    components: ['cpython'],
  },
  gitHub: { urls: ['/repositories/1/releases?per_page=100&page=2'], components: ['numpy'] },
  packageIndex: { urls: ['/some-package/'], components: ['some-package'] },
  debian: { urls: ['/dists/trixie/main/source/Sources.xz'], components: [...archivesOfDebian, ...packagesOfDebian] },
  dockerHub: { urls: ['/token?scope=repository%3Alibrary%2Fdebian%3Apull&service=registry'], components: ['debian'] },
};

const accidents = Object.entries(affected).flatMap(([upstream, { urls, components }]) =>
  urls.flatMap((url) => faults.map((fault) => ({ upstream: upstream as Upstream, url, components, ...fault }))),
);

describe('when one upstream fails', () => {
  it.each(accidents)('$upstream $what at $url: $components stay as they are', async (accident) => {
    const { upstream, url, components, reply, message, timeoutMs } = accident;
    world.servers[upstream].replies[url] = reply;
    const sites = timeoutMs === undefined ? world.sites : withTiming(world, upstream, 200);
    const { failure, written, output, message: said } = await resolve({ apply: true, sites });

    expect(written).toEqual(allFiles.filter((file) => !components.some((name) => file.startsWith(`${name}/`))));
    expect(failure).toBeInstanceOf(UpstreamError);
    for (const component of components) {
      expect(String(failure)).toMatch(new RegExp(`- ${component}: .*${message.source}`));
      expect(output).toMatch(new RegExp(`^${component} .* unknown$`, 'm'));
    }
    expect(said).not.toMatch(/up to date/);
  });

  it('never says that all is up to date, also when nothing else is new', async () => {
    await resolve({ apply: true });
    world.servers.pythonOrg.stop();
    const { failure, message, written } = await resolve({ apply: true });
    expect({ message, written }).toEqual({ message: '', written: [] });
    expect(String(failure)).toMatch(/- cpython: 127\.0\.0\.1:\d+ cannot be reached/);
  });

  it.each<{ what: string; sites: Partial<Sites>; component: string }>([
    {
      what: 'git cannot tell a commit',
      sites: { findCommit: () => Promise.reject(new UpstreamError('no answer')) },
      component: 'development branches',
    },
    {
      what: 'there is no image to resolve the tools in',
      sites: { compileTools: () => Promise.reject(new EngineError('no answer')) },
      component: 'tools',
    },
    {
      what: 'no package index is configured',
      sites: { findPackageIndex: () => Promise.reject(new UpstreamError('no answer')) },
      component: 'numpy',
    },
  ])('names $component when $what', async ({ sites, component }) => {
    const { failure, written } = await resolve({ apply: true, sites: { ...world.sites, ...sites } });
    expect(String(failure)).toContain(`- ${component}: no answer`);
    expect(written).toContain('cpython/lock.json');
    expect(written.filter((file) => file.startsWith(`${component}/`))).toEqual([]);
  });

  it('does not hide an error of ours', async () => {
    const sites = { ...world.sites, findCommit: () => Promise.reject(new TypeError('a bug')) };
    expect((await resolve({ sites })).failure).toBeInstanceOf(TypeError);
  });
});

it('passes over a malformed entry of a list, and says so', async () => {
  const pythonOrg = '/api/v2/downloads/release/?is_published=true&version=3';
  const release = { name: 'Python 3.13.6', resource_uri: 'https://example.org/api/v2/downloads/release/9/' };
  world.servers.pythonOrg.replies[pythonOrg] = json([{ name: null }, release]);
  world.servers.pythonOrg.replies['/api/v2/downloads/release_file/?release=9'] = json([]);
  const scipy = [{ tag_name: 'v1.18.1', draft: false, prerelease: false }, { tag_name: 'v1.18.2' }, 'v1.18.3'];
  world.servers.gitHub.replies['/repos/scipy/scipy/releases?per_page=100'] = json(scipy);
  const { output, failure } = await resolve();
  expect(failure).toBeUndefined();
  expect(output).toMatch(/^cpython +3\.13 .*\(1 entry of python\.org's list: it is malformed; 3\.13\.6: its tarball/m);
  expect(output).toMatch(/^scipy +3\.14t .*\(2 entries of GitHub's list: they are malformed; 1\.18\.1: /m);
});

it('refuses another sdist under a locked number', async () => {
  const file = 'some_package-1.0.tar.gz';
  const sdist = { filename: file, url: file, hashes: { sha256: '3'.repeat(64) } };
  const wheel = { filename: 'some_package-1.0-cp314-cp314t-win_amd64.whl', url: 'x', hashes: {} };
  world.servers.packageIndex.replies['/some-package/'] = json({ files: [sdist, wheel] });
  const { failure, written } = await resolve({ apply: true });
  expect(String(failure)).toMatch(/- some-package: The package index has another some_package-1\.0\.tar\.gz/);
  expect(written).not.toContain('some-package/lock.json');
});
