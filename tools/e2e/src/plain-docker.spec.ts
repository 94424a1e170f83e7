/**
 * Plain `docker build`, without pysan.
 *
 * @images numpy-tsan 3.13.5t
 */
import { rm } from 'node:fs/promises';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removeTag, runContainer, tagImage } from '@pysan/engine';
import { findCaBundle } from '@pysan/http';
import { execa } from 'execa';

import { type GitServer, serveGit } from './git-server.ts';
import { root } from './pysan.ts';
import { exportSources, headOf } from './sources.ts';

const reference = 'pysan-plain:e2e';

let sources: string;
let server: GitServer;

beforeAll(async () => {
  sources = await exportSources();
  server = await serveGit(sources);
  await tagImage('cpython-tsan:3.13.5t', 'cpython-tsan:latest');
});

afterAll(async () => {
  await server.close();
  await rm(sources, { recursive: true, maxRetries: 10 });
  await removeTag(reference);
});

async function build(...args: string[]): Promise<unknown> {
  const bundle = findCaBundle(process.env);
  const secret = bundle === undefined ? [] : [`--secret=id=ca,src=${bundle}`];
  const file = ['-f', 'images/numpy-tsan/Dockerfile', '--build-arg', 'base_image=cpython-tsan', '--tag', reference];
  await execa('docker', ['build', ...file, ...args, ...secret, '.'], { cwd: root });
  const command = ['jq', '.sources[-1]', '/etc/pysan/passport.json'];
  return JSON.parse((await runContainer({ image: reference, command, network: 'none' })).stdout);
}

it('builds the locked release when nobody names one', async () => {
  expect(await build()).toMatchObject({ name: 'numpy', version: '2.4.6', pinned: true });
});

it.each([
  { asked: 'v2.4.6', version: '2.4.6', pinned: true },
  { asked: '2.4.5', version: '2.4.5', pinned: false },
])('builds numpy_version=$asked, pinned: $pinned', async ({ asked, version, pinned }) => {
  const source = await build('--build-arg', `numpy_version=${asked}`);
  expect(source).toMatchObject({ name: 'numpy', version, from: 'index', pinned });
});

it('builds a branch', async () => {
  const repository = `${server.url}/numpy`;
  const args = ['numpy_version=main', `numpy_repository=${repository}`].flatMap((value) => ['--build-arg', value]);
  const commit = await headOf(`${sources}/numpy`);
  expect(await build('--network', 'host', ...args)).toEqual({
    name: 'numpy',
    version: commit,
    from: repository,
    commit,
    pinned: false,
  });
});
