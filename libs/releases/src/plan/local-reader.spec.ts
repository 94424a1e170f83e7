import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ImageFacts } from '@pysan/engine';
import type { Build, BuildInputs } from '@pysan/model';
import { canonicalJson, computeBuildId } from '@pysan/planning';
import { resolutionOf } from '@pysan/testing/resolution';

import { localReader } from './local-reader.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-reader-'));
});

afterEach(() => rm(root, { recursive: true }));

function imageOf(numpy: string, repoTags: readonly string[]): ImageFacts {
  const inputs: BuildInputs = {
    schema: 1,
    platform: 'linux/amd64',
    files: {},
    buildArgs: { numpy_version: numpy },
    releases: [],
  };
  const labels = {
    'org.pysan.build-id': computeBuildId(inputs),
    'org.pysan.inputs': canonicalJson(inputs),
    'org.pysan.python': '3.14.10t',
  };
  return { id: `sha256:${numpy}`, labels, bytes: 1, created: new Date(0), repoTags, repoDigests: [] };
}

const tagged = imageOf('2.4.6', ['numpy-tsan:3.14.10t', 'numpy-tsan:3.14t']);
const untagged = imageOf('2.5.5', ['numpy-tsan:3.14.10t-b0123456789ab']);
const other = imageOf('2.5.5', ['numpy-asan:3.14t']);
const images = [other, tagged, untagged];

function ask(id: string | undefined, tag: string | undefined = '3.14t') {
  const [build] = resolutionOf().builds as [Build];
  return localReader(root, images)({ image: 'numpy-tsan', tag, id: id ?? '', build, buildTag: '', publicTag: '' });
}

async function report(text: string): Promise<void> {
  const folder = path.join(root, 'dist/images/numpy-tsan/3.14.10t');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'report.json'), text);
}

it('finds a build by its id, whatever its tag names now', async () => {
  expect(await ask(untagged.labels['org.pysan.build-id'])).toMatchObject({ digest: 'sha256:2.5.5' });
});

it('answers what the tag names where there is no such build, and nothing where there is no such tag', async () => {
  expect(await ask('0'.repeat(64))).toMatchObject({ digest: 'sha256:2.4.6' });
  expect(await ask('0'.repeat(64), '3.15t')).toBeUndefined();
});

it('reads the last verification, of whichever build that was', async () => {
  expect(await ask('0'.repeat(64))).not.toHaveProperty('proof');
  const proof = { buildId: '1'.repeat(64), checksHash: '2'.repeat(64), verdict: 'fail' };
  await report(JSON.stringify({ schema: 1, ...proof, results: [] }));
  expect(await ask('0'.repeat(64))).toMatchObject({ proof });
});

it.each(['{"schema": 1', '{"schema": 1}'])('cannot tell by a report such as %s', async (text) => {
  await report(text);
  await expect(ask('0'.repeat(64))).rejects.toThrow(/report\.json is not the report of a verification/);
});
