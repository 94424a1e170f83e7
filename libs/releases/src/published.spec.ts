import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { attach, putManifest, type Repository } from '@pysan/registry';
import { reportType } from '@pysan/verification';

import { attachRecord } from './records.ts';
import { listPublished, readImageRecord } from './published.ts';
import { inputsOf, publishImage, requireImage } from '@pysan/testing/images';
import { type MemoryRegistry, openMemory, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { allSigned, nothingSigned } from '@pysan/testing/signatures';

const at = '2026-05-01T00:00:00.000Z';
const later = '2026-05-02T00:00:00.000Z';

let registry: MemoryRegistry;
let repository: Repository;
let [older, newer] = ['', ''];
beforeEach(async () => {
  registry = await startMemoryRegistry();
  repository = openMemory(registry);
  older = await publishImage(repository, { inputs: inputsOf('2.4.6'), tags: ['3.14.2t', '3.14t'] }, at);
  newer = await publishImage(repository, { inputs: inputsOf('2.5.5'), tags: ['3.14.3t', '3.14t'] }, later);
});
afterEach(() => registry.stop());

async function report(digest: string, verdict: string, time: string): Promise<void> {
  const document = { buildId: 'b', checksHash: 'c', verdict, results: [{}, {}] };
  const subject = await requireImage(repository, digest);
  await attach(repository, subject, reportType, Buffer.from(JSON.stringify(document)), new Date(time));
}

it('lists what tags name that move, the newest first, and counts the others', async () => {
  await report(newer, 'pass', later);
  const { images, immutable } = await listPublished(repository, allSigned);
  expect(images.map(({ digest, tags }) => [digest, tags])).toEqual([
    [newer, ['3.14.3t', '3.14t']],
    [older, ['3.14.2t']],
  ]);
  expect(images.map(({ proof }) => proof?.verdict)).toEqual(['pass', undefined]);
  expect(immutable).toBe(2);
});

it('lists nothing where nothing was published', async () => {
  expect(await listPublished(openMemory(registry, 'acme/other'), allSigned)).toEqual({ images: [], immutable: 0 });
});

it('tells of an image by its newest report, its records, and the tags that still name it', async () => {
  await report(older, 'pass', later);
  await report(older, 'fail', at);
  const hold = { schemaVersion: 1, digest: older, held: true, reason: 'it crashes', at } as const;
  await attachRecord(repository, await requireImage(repository, older), hold);
  expect(await readImageRecord(repository, '3.14.2t', allSigned)).toMatchObject({
    digest: older,
    tags: ['3.14.2t'],
    proof: { verdict: 'pass', cases: 2, at: later },
    hold: 'it crashes',
    signatures: [],
    promotions: [{ tags: [{ tag: '3.14.2t' }, { tag: '3.14t' }] }],
  });
});

it('sees whose signatures cosign has attached', async () => {
  const { json, mediaType } = await requireImage(repository, newer);
  const annotations = { 'dev.sigstore.cosign/certificate': 'spoiled' };
  const layers = (json.layers ?? []).flatMap((layer) => [layer, { ...layer, annotations }]);
  const bytes = Buffer.from(JSON.stringify({ ...json, layers }));
  await putManifest(repository, { bytes, mediaType }, `${newer.replace(':', '-')}.sig`);
  expect(await readImageRecord(repository, newer, allSigned)).toMatchObject({
    signatures: [{ kind: 'key' }, { kind: 'unreadable' }],
    tags: ['3.14.3t', '3.14t'],
  });
});

it('tells nothing of what is not there', async () => {
  expect(await readImageRecord(repository, '3.15t', allSigned)).toBeUndefined();
});

it('takes no report for a proof that no signature covers, and says why', async () => {
  await report(newer, 'pass', later);
  const none = await readImageRecord(repository, newer, nothingSigned);
  expect(none).toMatchObject({ doubt: 'it has no signature' });
  expect(none).not.toHaveProperty('proof');
  const image = await readImageRecord(repository, newer, () => Promise.resolve({ covers: new Set<string>() }));
  expect(image).not.toHaveProperty('proof');
  expect(image).not.toHaveProperty('doubt');
});
