import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UsageError } from '@pysan/model';
import { headManifest, putManifest, type Repository } from '@pysan/registry';

import { applyLift, applyRollback, readLift, readRollback } from './roll-back.ts';
import { attachRecord, readRecords } from './records.ts';
import { inputsOf, publishImage, requireImage } from '@pysan/testing/images';
import { type MemoryRegistry, openMemory, startMemoryRegistry } from '@pysan/testing/memory-registry';

const now = new Date('2026-05-10T00:00:00.000Z');
const reason = 'it crashes';
const tags = ['3.14.3t', '3.14t'];

let registry: MemoryRegistry;
let repository: Repository;
let [first, second, third] = ['', '', ''];
beforeEach(async () => {
  registry = await startMemoryRegistry();
  repository = openMemory(registry);
  const days = ['1', '2', '3'].map((day) => `2026-05-0${day}T00:00:00.000Z`);
  first = await publishImage(repository, { inputs: inputsOf('2.4.5'), tags }, days[0] ?? '');
  second = await publishImage(repository, { inputs: inputsOf('2.4.6'), tags }, days[1] ?? '');
  third = await publishImage(repository, { inputs: inputsOf('2.5.5'), tags }, days[2] ?? '');
});
afterEach(() => registry.stop());

function named(): Promise<(string | undefined)[]> {
  return Promise.all(tags.map((tag) => headManifest(repository, tag)));
}

async function rollBack(tag = '3.14t', digest?: string): Promise<string> {
  const answer = await readRollback(repository, { tag, digest, reason, now });
  if ('done' in answer) {
    return `from ${answer.done} already`;
  }
  await applyRollback(repository, answer.plan);
  return `from ${answer.plan.from}`;
}

it('takes all tags back, the one that was asked for last, and puts a hold on what they leave', async () => {
  registry.asked.length = 0;
  expect(await rollBack()).toBe(`from ${third}`);
  expect(await named()).toEqual([second, second]);
  expect(await readRecords(repository, third)).toMatchObject({ hold: reason });
  expect((await readRecords(repository, second)).promotions).toHaveLength(2);
  const written = registry.asked.filter((it) => it.startsWith('PUT')).map((it) => it.replace(/.*\//, ''));
  expect(written.slice(-2)).toEqual(['3.14.3t', '3.14t']);
});

it('does nothing the second time, and goes further back only from what is named', async () => {
  await rollBack();
  registry.asked.length = 0;
  expect(await rollBack()).toBe(`from ${third} already`);
  expect(await rollBack('3.14t', third)).toBe(`from ${third} already`);
  expect(registry.asked.filter((it) => /^(PUT|POST)/.test(it))).toEqual([]);
  expect(await rollBack('3.14t', second)).toBe(`from ${second}`);
  expect(await named()).toEqual([first, first]);
});

it.each([
  { record: 'a tag that is not there', tag: '3.15t', digest: undefined, message: /There is no tag 3\.15t of / },
  {
    record: 'a tag that names something else',
    tag: '3.14t',
    digest: 'sha256:0',
    message: /names .*, not sha256:0/,
  },
])('refuses $story', async ({ tag, digest, message }) => {
  const asking = rollBack(tag, digest);
  await expect(asking).rejects.toThrow(message);
  await expect(asking).rejects.toBeInstanceOf(UsageError);
});

it('stops when somebody else moves a tag meanwhile, and leaves it to them', async () => {
  const answer = await readRollback(repository, { tag: '3.14t', reason, now });
  await putManifest(repository, await requireImage(repository, first), '3.14.3t');
  await expect('plan' in answer && applyRollback(repository, answer.plan)).rejects.toThrow(
    /another process is moving it/,
  );
  expect(await named()).toEqual([first, third]);
});

describe('a hold', () => {
  it('is lifted by a record, once', async () => {
    await rollBack();
    const lift = await readLift(repository, third, { reason: 'it was the network', now });
    if (lift === undefined) {
      throw new Error('There is nothing to lift.');
    }
    await applyLift(repository, lift);
    expect(await readRecords(repository, third)).not.toHaveProperty('hold');
    expect(await readLift(repository, third, { reason, now })).toBeUndefined();
  });

  it('of a clock ahead of ours is lifted as well', async () => {
    const at = '2026-06-01T00:00:00.000Z';
    const hold = { schemaVersion: 1, digest: third, held: true, reason, at } as const;
    await attachRecord(repository, await requireImage(repository, third), hold);
    const lift = await readLift(repository, '3.14t', { reason, now });
    expect(lift?.at).toBe('2026-06-01T00:00:00.001Z');
  });

  it('of what is not there is an error', async () => {
    await expect(readLift(repository, '3.15t', { reason, now })).rejects.toThrow(UsageError);
  });
});
