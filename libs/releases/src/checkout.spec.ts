import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from '@jest/globals';
import { EngineError } from '@pysan/model';

import { requireCheckout, webAddressOf } from './checkout.ts';

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
