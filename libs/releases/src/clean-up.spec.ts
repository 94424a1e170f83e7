import { openGitHub } from '@pysan/github';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { buildName } from '@pysan/model';
import { computeBuildId } from '@pysan/planning';
import { connect, digestOf, headManifest, parseNamespace, putManifest, type Repository } from '@pysan/registry';
import { quickly } from '@pysan/testing/local-server';

import { applyPrune, repositoriesOf, readPrune, type Removed } from './clean-up.ts';
import { attachRecord } from './records.ts';
import { inputsOf, publishImage, pushImage, requireImage } from '@pysan/testing/images';
import { type MemoryRegistry, openMemory, startMemoryRegistry } from '@pysan/testing/memory-registry';

const policy = {
  retention: { supersededDays: 400, orphanDays: 7, promotions: { release: 1, dev: 1 } },
  pins: [],
  now: new Date('2026-11-25T12:00:00Z'),
};
const nowhere = openGitHub({ apiUrl: 'http://127.0.0.1:1', token: '', tokenName: 'CI_TOKEN', msPerSecond: 1 });
const long = '2025-01-01T00:00:00.000Z';
const longer = '2024-01-01T00:00:00.000Z';
const cpythonInputs = inputsOf('cpython');
const parent = computeBuildId(cpythonInputs);

let registry: MemoryRegistry;
let numpy: Repository;
let [cpython, older, newer] = ['', '', ''];
/** cpython is there for an older numpy alone, which a newer one has replaced long ago. */
beforeEach(async () => {
  registry = await startMemoryRegistry();
  numpy = openMemory(registry, 'acme/numpy-tsan');
  const below = openMemory(registry, 'acme/cpython');
  cpython = await pushImage(below, { inputs: cpythonInputs, created: longer, tags: [`3.14.3t-${buildName(parent)}`] });
  older = await publishImage(numpy, { inputs: inputsOf('2.4.6', parent), tags: ['3.14t'] }, longer);
  newer = await publishImage(numpy, { inputs: inputsOf('2.5.5'), tags: ['3.14t'] }, long);
});
afterEach(() => registry.stop());

function repositories() {
  const namespace = parseNamespace(`${registry.host}/acme`);
  const connected = connect(namespace, { DOCKER_CONFIG: '/nonexistent' }, quickly());
  return repositoriesOf(connected, namespace, ['cpython', 'numpy-tsan', 'scipy-tsan'], nowhere);
}

async function prune(): Promise<readonly string[]> {
  const there = repositories();
  const done = await applyPrune(there, await readPrune(there, policy), () => undefined);
  return done.map(({ removal, outcome }: Removed) => `${outcome} ${removal.image}@${removal.digest}`);
}

it('removes a build, what is attached to it, and then what only that was built on', async () => {
  const done = await prune();
  expect(done[0]).toBe(`removed numpy-tsan@${older}`);
  expect(done).toContain(`removed cpython@${cpython}`);
  // The list of its referrers, and the record in it.
  expect(done).toHaveLength(4);
  expect(await headManifest(numpy, '3.14t')).toBe(newer);
  expect(await prune()).toEqual([]);
});

it('keeps what is on hold, and what it was built on', async () => {
  const hold = { schemaVersion: 1, digest: older, held: true, reason: 'it crashes', at: long } as const;
  await attachRecord(numpy, await requireImage(numpy, older), hold);
  expect(await prune()).toEqual([]);
});

it.each([
  { what: 'a manifest', path: /GET .*\/numpy-tsan\/manifests\/3\.14\.3t-b/ },
  { what: 'a config', path: /GET .*\/cpython\/blobs\// },
  { what: 'a list of tags', path: /GET .*\/cpython\/tags\/list/ },
])('removes nothing while it cannot read $what', async ({ path }) => {
  registry.intercept = (asked) => (path.test(asked) ? 403 : undefined);
  await expect(prune()).rejects.toThrow(/answered 403/);
  expect(registry.asked.filter((it) => it.startsWith('DELETE'))).toEqual([]);
});

it('removes nothing when a record cannot be read', async () => {
  const hold = { schemaVersion: 1, digest: newer, held: true, reason: 'it crashes', at: long } as const;
  await attachRecord(numpy, await requireImage(numpy, newer), hold);
  const contents = registry.repositories.get('acme/numpy-tsan')?.contents ?? new Map<string, never>();
  contents.delete(digestOf(Buffer.from(JSON.stringify(hold))));
  await expect(prune()).rejects.toThrow(/Nothing is deleted[^]*the record that it refers to is gone/);
});

it('leaves what a build holds when the build could not be removed', async () => {
  registry.intercept = (asked) => (asked === `DELETE /v2/acme/numpy-tsan/manifests/${older}` ? 403 : undefined);
  const done = await prune();
  expect(done[0]).toBe(`failed numpy-tsan@${older}`);
  expect(done.slice(1).every((it) => it.startsWith('left '))).toBe(true);
  registry.intercept = () => undefined;
  expect((await prune()).every((it) => it.startsWith('removed '))).toBe(true);
});

it('takes for done what somebody else has removed', async () => {
  const there = repositories();
  const plan = await readPrune(there, policy);
  await prune();
  const again = await applyPrune(there, plan, () => undefined);
  expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['gone']));
});

it('gives up when too much fails', async () => {
  for (const numpyVersion of ['1', '2', '3', '4', '5', '6', '7']) {
    await pushImage(numpy, {
      inputs: inputsOf(numpyVersion),
      created: longer,
      tags: [`3.14.3t-b00000000000${numpyVersion}`],
    });
  }
  registry.intercept = (asked) => (asked.startsWith('DELETE') ? 403 : undefined);
  const done = await prune();
  expect(done.filter((it) => it.startsWith('failed'))).toHaveLength(5);
  expect(registry.asked.filter((it) => it.startsWith('DELETE'))).toHaveLength(5);
});

it('knows a tag of somebody else, and keeps what it names', async () => {
  await putManifest(numpy, await requireImage(numpy, older), 'best');
  expect(await prune()).toEqual([]);
});

it('asks GHCR itself whether it has an image, since GitHub does not tell that from a right that is missing', async () => {
  const ghcr = connect({ host: 'ghcr.io', isPlain: false }, { DOCKER_CONFIG: '/nonexistent' }, quickly());
  const local = { ...ghcr, origin: `http://${registry.host}` };
  const there = repositoriesOf(local, { path: 'acme' }, ['scipy-tsan'], nowhere);
  expect(await there[0]?.inventory.list()).toEqual([]);
});
