/**
 * numpy-tsan from commits of CPython and numpy: the sources of CPython 3.13.5 and numpy 2.4.6 stand for the branches
 * `main`, served by git on loopback, since what is in them does not matter.
 *
 * @images numpy-tsan 3.13.5t
 * @files libs/proving
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runContainer, tagImage } from '@pysan/engine';

import { type GitServer, serveGit } from './git-server.ts';
import { pysan } from './pysan.ts';
import { removeReferences } from './references.ts';
import { copyRepository, edit, removeCopy, shortenChecks } from './repository-copy.ts';
import { exportSources, headOf } from './sources.ts';

const dev = '3.16t-dev';

let sources: string;
let server: GitServer;
let copy: string;

beforeAll(async () => {
  sources = await exportSources();
  server = await serveGit(sources);
  copy = await copyRepository();
  await shortenChecks(copy);
  for (const component of ['cpython', 'numpy']) {
    const address = JSON.stringify(`${server.url}/${component}`);
    await edit(copy, `versions/${component}/lock.json`, (text) => text.replace(/(?<="repository": )"[^"]*"/, address));
  }
});

afterAll(async () => {
  await server.close();
  await removeCopy(copy);
  await rm(sources, { recursive: true, maxRetries: 10 });
  for (const image of ['cpython', 'cpython-tsan', 'numpy-tsan']) {
    await tagImage(`${image}:3.13.5t`, `${image}:latest`);
    await removeReferences(`${image}:${dev}*`);
  }
});

it('is built, and says from which commits', async () => {
  const { exitCode, output } = await pysan(['build', 'numpy-tsan', '--python', dev], copy);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  const [cpython, numpy] = await Promise.all(['cpython', 'numpy'].map((name) => headOf(path.join(sources, name))));
  const command = ['cat', '/etc/pysan/passport.json'];
  const { stdout } = await runContainer({ image: `numpy-tsan:${dev}`, command, network: 'none' });
  expect(JSON.parse(stdout)).toMatchObject({
    python: { tag: dev, flavour: 'free-threaded' },
    numpy: { version: '2.4.6' },
    sources: expect.arrayContaining([
      expect.objectContaining({ name: 'cpython', commit: cpython, pinned: false }),
      expect.objectContaining({ name: 'numpy', commit: numpy, pinned: false }),
    ]),
  });
});

it('is proven', async () => {
  const { exitCode, output } = await pysan(['verify', 'numpy-tsan', '--python', dev], copy);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
});
