/** How often a whole command asks the upstreams and the registry. */
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { bytes, json } from '@pysan/testing/local-server';
import { indexFiles } from '@pysan/testing/upstreams';

import { type GitServer, serveGit } from './git-server.ts';
import { isOurs, servePublishing, succeed } from './publishing.ts';
import { pysan } from './pysan.ts';
import { removeReferences } from './references.ts';
import { edit } from './repository-copy.ts';
import { smallChain, useSmallChain } from './small-chain.ts';
import { initialiseSources } from './sources.ts';
import { startUpstreamProxy, type UpstreamProxy } from './upstream-proxy.ts';

const image = 'small-numpy-tsan';
const chain = useSmallChain();
const served = servePublishing();
const sha256 = '2'.repeat(64);
const pythonOrg = 'https://www.python.org';
const index = 'https://index.example/simple';
const tarball = `${pythonOrg}/ftp/python/3.14.99/Python-3.14.99.tar.xz`;
const api = `${pythonOrg}/api/v2/downloads`;
const replies = {
  [`${api}/release/?is_published=true&version=3`]: json([
    { name: 'Python 3.14.99', pre_release: false, resource_uri: `${api}/release/7/` },
  ]),
  [`${api}/release_file/?release=7`]: json([{ url: tarball, sha256_sum: sha256 }]),
  [tarball]: bytes(''),
  [`${index}/files/numpy-2.99.0.tar.gz`]: bytes(''),
  [`${index}/numpy/`]: json({ files: indexFiles('numpy', '2.99.0', sha256, ['cp314-cp314t']) }),
};

let sources: string;
let git: GitServer;
let listed: number;
let upstreams: UpstreamProxy;

beforeAll(async () => {
  sources = await mkdtemp(path.join(tmpdir(), 'pysan-sources-'));
  await mkdir(path.join(sources, 'numpy'));
  await initialiseSources(path.join(sources, 'numpy'));
  git = await serveGit(sources);
  git.onAnswer = (asked) => {
    listed += asked === '/numpy/info/refs' ? 1 : 0;
  };
  const address = JSON.stringify(`${git.url}/numpy`);
  await edit(chain.folder, 'versions/numpy/lock.json', (text) => text.replace(/(?<="repository": )"[^"]*"/, address));
});

afterAll(async () => {
  await git.close();
  await rm(sources, { recursive: true, maxRetries: 10 });
  for (const name of smallChain) {
    await removeReferences(`${name}:3.14*`);
  }
});

beforeEach(async () => {
  listed = 0;
  upstreams = await startUpstreamProxy(replies);
});

afterEach(() => upstreams.stop());

const unlocked = ['--python', '3.14.99t', '--numpy', '2.99.0'];

function run(...args: string[]): Promise<string> {
  return succeed(pysan(args, chain.folder, { ...upstreams.env, UV_DEFAULT_INDEX: index, PIP_INDEX_URL: index }));
}

function publication(options: readonly string[]): string[] {
  return ['publish', image, ...options, '--to', `${served.proxy.host}/asked`];
}

function expectOnce(...hosts: string[]): void {
  expect(upstreams.asked).toEqual([...new Set(upstreams.asked)]);
  const asked = upstreams.asked.map((it) => new URL(it.split(' ')[1] ?? '').hostname);
  expect([...new Set(asked)].sort()).toEqual(hosts);
}

it('a build asks each upstream once for releases that the locks lack', async () => {
  await run('build', image, ...unlocked);
  expectOnce('index.example', 'www.python.org');
});

it('a publication asks each upstream once, the registry once what it is, and at most twice what is attached to an image', async () => {
  const before = served.proxy.asked.length;
  await run(...publication(unlocked), '--apply');
  expectOnce('index.example', 'www.python.org');
  const requests = served.proxy.asked.slice(before).filter(isOurs);
  expect(requests.filter((it) => it.path === '/v2/')).toHaveLength(1);
  // A registry without this interface keeps lists under tags: those are read again before each change, as they must be.
  const listings = requests.map((it) => it.path).filter((it) => /\/referrers\/sha256:\w{64}/.test(it));
  const times = [...new Set(listings)].map((it) => listings.filter((other) => other === it).length);
  expect(times.length).toBeGreaterThanOrEqual(smallChain.length + 1);
  expect(Math.max(...times)).toBeLessThanOrEqual(2);
});

it('a publication asks once where a branch is', async () => {
  await run(...publication(['--python', '3.14.99t', '--numpy', 'main']));
  expectOnce('www.python.org');
  expect(listed).toBe(1);
});
