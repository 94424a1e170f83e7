import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Build, Image } from '@pysan/model';

import { readOutdated, recordProof } from './proofs.ts';
import { readChecks } from './read-checks.ts';

const image: Image = {
  name: 'some',
  parent: undefined,
  sanitizer: undefined,
  components: [],
  tracks: [],
  workflow: '',
};
const images = new Map([['some', image]]);
const id = 'a'.repeat(64);
const inputs = { schema: 1, platform: 'linux/amd64', files: {}, buildArgs: {}, releases: [] } as const;
const build: Build = { image, contents: [], inputs, id };

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-proofs-'));
  await mkdir(path.join(root, 'images/some/checks'), { recursive: true });
  await mkdir(path.join(root, 'dist/images/some'), { recursive: true });
});

afterEach(() => rm(root, { recursive: true }));

async function writeReport(text: string): Promise<void> {
  await writeFile(path.join(root, 'dist/images/some/report.json'), text);
}

it('records a pass of what would be built now, and finds it again', async () => {
  const { hash: checksHash } = await readChecks(root, ['some']);
  await writeReport(JSON.stringify({ verdict: 'pass', buildId: id, checksHash }));
  const file = await recordProof(root, images, build);
  expect(JSON.parse(await readFile(path.join(root, file), 'utf8'))).toEqual({ '': { buildId: id, checksHash } });
  expect(await readOutdated(root, images, build)).toBeUndefined();
});

it.each(['', '{"verdict": "pass", "buildId"', '[]', '{"verdict": "fail"}'])(
  'records nothing where the report is %j',
  async (text) => {
    await writeReport(text);
    await expect(recordProof(root, images, build)).rejects.toThrow(
      'some has not been verified with its present inputs',
    );
    expect(await readOutdated(root, images, build)).toBe('it was never recorded as verified');
  },
);
