/** `pysan graph`, seen as people see it: in a browser. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execa } from 'execa';
import type { Browser } from 'playwright-core';

import { launchBrowser } from './browser.ts';
import { readGraph } from './graph-page.ts';
import { pysan, root } from './pysan.ts';

const scipyChain = {
  names: [
    'cpython-tsan:build',
    'cpython:build',
    'native-tsan:build',
    'numpy-tsan:build',
    'openblas-tsan:build',
    'scipy-tsan:build',
    'toolchain:build',
  ],
  arrows: [
    'cpython-tsan:build -> cpython:build',
    'cpython-tsan:build -> native-tsan:build',
    'cpython:build -> toolchain:build',
    'native-tsan:build -> toolchain:build',
    'numpy-tsan:build -> cpython-tsan:build',
    'numpy-tsan:build -> openblas-tsan:build',
    'openblas-tsan:build -> toolchain:build',
    'scipy-tsan:build -> numpy-tsan:build',
  ],
};

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-graph-'));
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

it('serves a page that opens at the builds of an image, until Ctrl-C', async () => {
  const serving = execa('./pysan', ['graph', 'scipy-tsan'], { cwd: root, reject: false, all: true, detached: true });
  try {
    expect(await readGraph(browser, await readAddress(serving.all))).toEqual(scipyChain);
  } finally {
    // A terminal sends Ctrl-C to the whole group.
    process.kill(-(serving.pid ?? 0), 'SIGINT');
  }
  expect((await serving).exitCode).toBe(130);
});

it('writes a page that opens at the builds of an image, and an SVG', async () => {
  const page = path.join(folder, 'scipy.html');
  expect(await pysan(['graph', 'scipy-tsan', '--file', page])).toMatchObject({ exitCode: 0 });
  expect(await readGraph(browser, pathToFileURL(page).href)).toEqual(scipyChain);
  expect(await readFile(path.join(folder, 'scipy.svg'), 'utf8')).toMatch(/numpy&#45;tsan&#45;&gt;scipy&#45;tsan/);
});

it('writes a page that opens at the builds of all images', async () => {
  const page = path.join(folder, 'all.html');
  expect(await pysan(['graph', '--file', page])).toMatchObject({ exitCode: 0 });
  const painted = await readGraph(browser, pathToFileURL(page).href);
  expect(painted.names).toEqual(expect.arrayContaining([...scipyChain.names, 'numpy-asan:build']));
  expect(painted.arrows).toEqual(
    expect.arrayContaining([...scipyChain.arrows, 'numpy-asan:build -> cpython-asan:build']),
  );
});

async function readAddress(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) {
    // Nx colours its output where CI is set, and the code that ends a colour would be part of the address.
    const [address] = /http:\/\/\S+/.exec(stripVTControlCharacters(line)) ?? [];
    if (address !== undefined) {
      return address;
    }
  }
  throw new Error('It served no address.');
}
