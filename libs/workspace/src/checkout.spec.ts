import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from '@jest/globals';
import { EngineError } from '@pysan/model';
import { execa } from 'execa';

import { readRecipeSource, requireCheckout, webAddressOf } from './checkout.ts';

it.each([
  ['https://github.com/acme/pysan', 'https://github.com/acme/pysan'],
  ['https://github.com/acme/pysan.git', 'https://github.com/acme/pysan'],
  ['https://somebody:secret@github.com/acme/pysan.git', 'https://github.com/acme/pysan'],
  ['git@github.com:acme/pysan.git', 'https://github.com/acme/pysan'],
  ['ssh://git@github.com/acme/pysan/', 'https://github.com/acme/pysan'],
  ['/home/me/pysan', undefined],
  ['../pysan', undefined],
  ['', undefined],
])('the remote %j is %s', (remote, address) => {
  expect(webAddressOf(remote)).toBe(address);
});

it('refuses to publish what no commit tells the recipes of', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-checkout-'));
  await expect(requireCheckout(folder)).rejects.toThrow(EngineError);
  await rm(folder, { recursive: true });
  expect(await requireCheckout(import.meta.dirname)).toMatchObject({ commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
});

it('marks the revision of recipes that were changed since, and knows no source without a remote on the web', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-checkout-'));
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], { cwd: folder });
  expect(await readRecipeSource(folder)).toEqual({ source: undefined, revision: undefined });
  await git('init', '--quiet');
  await writeFile(path.join(folder, 'Dockerfile'), 'FROM scratch\n');
  await git('add', '.');
  await git('commit', '--quiet', '--message=x');
  await git('tag', 'v1');
  const { stdout: commit } = await git('rev-parse', 'HEAD');
  expect(await readRecipeSource(folder)).toEqual({ source: undefined, revision: commit });
  await git('remote', 'add', 'origin', 'git@github.com:acme/pysan.git');
  await writeFile(path.join(folder, 'Dockerfile'), 'FROM debian\n');
  const source = 'https://github.com/acme/pysan';
  expect(await readRecipeSource(folder)).toEqual({ source, revision: `${commit}-dirty` });
  await rm(folder, { recursive: true });
});
