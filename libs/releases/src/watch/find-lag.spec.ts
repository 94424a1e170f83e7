import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { buildName } from '@pysan/model';
import { computeBuildId } from '@pysan/planning';
import { attach, type Repository } from '@pysan/registry';
import { inputsOf, pushImage, requireImage } from '@pysan/testing/images';
import { type MemoryRegistry, openMemory, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { allSigned, nothingSigned } from '@pysan/testing/signatures';
import { reportType } from '@pysan/verification';

import { readNamed } from '../read-named.ts';
import { attachRecord } from '../records.ts';
import { findLag } from './find-lag.ts';

let registry: MemoryRegistry;
let repository: Repository;
beforeEach(async () => {
  registry = await startMemoryRegistry();
  repository = openMemory(registry);
});
afterEach(() => registry.stop());

/** A build under its own tag and others, with a report unless it has none. */
async function build(python: string, numpy: string, verdict?: string, ...tags: string[]): Promise<string> {
  const inputs = inputsOf(numpy);
  const own = `${python}-${buildName(computeBuildId(inputs))}`;
  const labels = { 'org.pysan.python': python, 'org.pysan.numpy': numpy };
  const digest = await pushImage(repository, { inputs, labels, tags: [own, ...tags] });
  if (verdict !== undefined) {
    const report = Buffer.from(JSON.stringify({ buildId: 'b', checksHash: 'c', verdict, results: [] }));
    await attach(repository, await requireImage(repository, digest), reportType, report, new Date(0));
  }
  return digest;
}

async function lag(readSignature = allSigned): Promise<string | undefined> {
  return findLag(repository, '3.14t', await readNamed(repository, '3.14t'), readSignature);
}

it('is none where the tag names the newest that is proven, also when others are newer', async () => {
  await build('3.14.3t', '2.4.6', 'pass', '3.14t');
  await build('3.14.2t', '2.4.5', 'pass');
  await build('3.14.4t', '2.5.0', 'fail');
  await build('3.14.5t', '2.5.1');
  await build('3.15.1t', '2.5.2', 'pass');
  expect(await lag()).toBeUndefined();
});

it('is that of a newer build that is proven', async () => {
  await build('3.14.3t', '2.4.6', 'pass', '3.14t');
  await build('3.14.3t', '2.5.5', 'pass');
  expect(await lag()).toMatch(/^it lags: 3\.14\.3t-b\w{12} is newer, proven and signed$/);
});

it('is that of a proven build where there is no such tag', async () => {
  await build('3.14.3t', '2.4.6', 'pass');
  expect(await lag()).toMatch(/^it lags: 3\.14\.3t-b\w{12}/);
});

it('is none behind a build on hold', async () => {
  await build('3.14.3t', '2.4.6', 'pass', '3.14t');
  const digest = await build('3.14.3t', '2.5.5', 'pass');
  const record = {
    schemaVersion: 1,
    digest,
    held: true,
    reason: 'it crashes',
    at: '2026-05-01T00:00:00.000Z',
  } as const;
  await attachRecord(repository, await requireImage(repository, digest), record);
  expect(await lag()).toBeUndefined();
});

it('is what nobody has signed', async () => {
  await build('3.14.3t', '2.4.6', 'pass', '3.14t');
  expect(await lag(nothingSigned)).toBe('what it names is not trusted: it has no signature');
});
