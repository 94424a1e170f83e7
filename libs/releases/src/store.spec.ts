import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { attach, type Manifest, putManifest, type Repository } from '@pysan/registry';
import type { Hold, Promotion } from '@pysan/tagging';
import { reportType } from '@pysan/verification';

import { attachRecord, readRecords } from './records.ts';
import { attachReport, findProof } from './reports.ts';
import { moveTag } from './move-tag.ts';
import { readNamed } from './read-named.ts';
import { inputsOf, pushImage, requireImage } from '@pysan/testing/images';
import { type MemoryRegistry, openMemory, startMemoryRegistry } from '@pysan/testing/memory-registry';

let registry: MemoryRegistry;
let repository: Repository;
beforeEach(async () => {
  registry = await startMemoryRegistry();
  repository = openMemory(registry);
});
afterEach(() => registry.stop());

const manifestOf = (reference: string): Promise<Manifest> => requireImage(repository, reference);

async function named(tag: string): Promise<string | undefined> {
  return (await readNamed(repository, tag))?.digest;
}

describe('what a tag names', () => {
  it('is read with its labels, age, and size as pulled', async () => {
    const inputs = inputsOf('2.4.6');
    const digest = await pushImage(repository, { inputs, labels: { 'org.pysan.python': '3.14.3t' }, tags: ['3.14t'] });
    expect(await readNamed(repository, '3.14t')).toMatchObject({
      digest,
      labels: { 'org.pysan.python': '3.14.3t' },
      created: '1970-01-01T00:00:00.000Z',
    });
    const { config, layers = [] } = (await manifestOf(digest)).json;
    expect((await readNamed(repository, digest))?.bytes).toBe((config?.size ?? 0) + (layers[0]?.size ?? 0));
  });

  it('may be nothing', async () => {
    expect(await readNamed(repository, '3.14t')).toBeUndefined();
  });

  it.each(['3.14.3t\n  trusted    yes', '\u001b[2J', 'a\u202eb', 'a\u200bb'])(
    'is an error where a label could forge what is printed: %j',
    async (python) => {
      const labels = { 'org.pysan.python': python };
      await pushImage(repository, { inputs: inputsOf('2.4.6'), labels, tags: ['3.14t'] });
      await expect(readNamed(repository, '3.14t')).rejects.toThrow(
        'The label org.pysan.python of an image has control characters',
      );
    },
  );

  it('is an error where it is no image', async () => {
    const bytes = Buffer.from('{"schemaVersion":2,"layers":[]}');
    await putManifest(repository, { bytes, mediaType: 'application/vnd.oci.image.manifest.v1+json' }, '3.14t');
    await expect(readNamed(repository, '3.14t')).rejects.toThrow(/no readable config/);
  });
});

describe('records', () => {
  const at = '2026-05-01T00:00:00.000Z';
  const promotion = (digest: string): Promotion => ({
    schemaVersion: 1,
    digest,
    buildId: '',
    at,
    by: 'publish',
    tags: [{ tag: '3.14t', replaced: null }],
  });
  const hold = (digest: string, held: boolean, time = at): Hold => ({
    schemaVersion: 1,
    digest,
    held,
    reason: 'it crashes',
    at: time,
  });

  it('come back as they were attached, and the newest hold counts', async () => {
    const digest = await pushImage(repository, { inputs: inputsOf('2.4.6'), tags: ['3.14t'] });
    const manifest = await manifestOf(digest);
    expect(await readRecords(repository, digest)).toEqual({ promotions: [], holds: [], referrers: [] });
    await attachRecord(repository, manifest, promotion(digest));
    await attachRecord(repository, manifest, hold(digest, true));
    expect(await readRecords(repository, digest)).toMatchObject({
      promotions: [promotion(digest)],
      holds: [hold(digest, true)],
      hold: 'it crashes',
    });
    await attachRecord(repository, manifest, hold(digest, false, '2026-05-02T00:00:00.000Z'));
    expect(await readRecords(repository, digest)).not.toHaveProperty('hold');
  });

  it('are the newest when they are attached, whatever the clock of the one before said', async () => {
    const subject = await manifestOf(await pushImage(repository, { inputs: inputsOf('2.4.6') }));
    const report = (verdict: string) => Buffer.from(JSON.stringify({ buildId: 'b', checksHash: 'c', verdict }));
    await attach(repository, subject, reportType, report('pass'), new Date('2199-01-01T00:00:00Z'));
    const before = await readRecords(repository, subject.digest);
    await attachReport(repository, subject, report('fail'), { referrers: before.referrers, now: new Date() });
    const { referrers } = await readRecords(repository, subject.digest);
    expect(await findProof(repository, referrers)).toMatchObject({ verdict: 'fail' });
  });

  it('are not stopped by one that is dated past all clocks', async () => {
    const subject = await manifestOf(await pushImage(repository, { inputs: inputsOf('2.4.6') }));
    const report = (verdict: string) => Buffer.from(JSON.stringify({ buildId: 'b', checksHash: 'c', verdict }));
    await attach(repository, subject, reportType, report('pass'), new Date(8.64e15));
    const before = await readRecords(repository, subject.digest);
    await attachReport(repository, subject, report('fail'), { referrers: before.referrers, now: new Date() });
    const { referrers } = await readRecords(repository, subject.digest);
    expect(await findProof(repository, referrers)).toMatchObject({ verdict: 'fail' });
  });

  it('of another image are not attached', async () => {
    const digest = await pushImage(repository, { inputs: inputsOf('2.4.6'), tags: ['3.14t'] });
    await expect(attachRecord(repository, await manifestOf(digest), hold('sha256:0', true))).rejects.toThrow(
      /to be attached/,
    );
  });
});

describe('a tag', () => {
  let [older, newer]: [string, string] = ['', ''];
  beforeEach(async () => {
    older = await pushImage(repository, { inputs: inputsOf('2.4.6'), tags: ['3.14t'] });
    newer = await pushImage(repository, { inputs: inputsOf('2.5.5') });
    registry.asked.length = 0;
  });

  it('moves to the same bytes', async () => {
    const to = await manifestOf(newer);
    expect(await moveTag(repository, { tag: '3.14t', from: older, to })).toBe(newer);
    expect((await manifestOf('3.14t')).bytes).toEqual(to.bytes);
    expect(await moveTag(repository, { tag: 'new', from: undefined, to })).toBe(newer);
  });

  it('that is there already is not written again', async () => {
    expect(await moveTag(repository, { tag: '3.14t', from: older, to: await manifestOf(older) })).toBe(older);
    expect(registry.asked.filter((it) => it.startsWith('PUT'))).toEqual([]);
  });

  it('stays where somebody else has moved it since the decision', async () => {
    expect(await moveTag(repository, { tag: '3.14t', from: undefined, to: await manifestOf(newer) })).toBe(older);
    expect(await named('3.14t')).toBe(older);
  });

  it('is read anew, since another may write at the same time', async () => {
    const [to, other] = [await manifestOf(newer), await manifestOf(older)];
    let isFirst = true;
    registry.intercept = async (asked) => {
      if (asked.startsWith('HEAD') && registry.asked.some((it) => it.startsWith('PUT')) && isFirst) {
        isFirst = false;
        await putManifest(openMemory(registry), other, '3.14t');
      }
      return undefined;
    };
    expect(await moveTag(repository, { tag: '3.14t', from: older, to })).toBe(older);
  });
});
