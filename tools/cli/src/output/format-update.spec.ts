import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { formatUpdate } from './format-update.ts';
import { updatePins } from '@pysan/releases';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const pin = `numpy-tsan@${digest}`;

let root: string;
let workflows: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'pysan-pins-'));
  workflows = path.join(root, 'consumer/.github/workflows');
  await mkdir(workflows, { recursive: true });
  await mkdir(path.join(root, 'images/numpy-tsan'), { recursive: true });
  await writeFile(path.join(root, 'images/numpy-tsan/project.json'), '');
  await writeFile(path.join(root, 'pins.json'), '["numpy-tsan:3.14.3t-b0123456789ab"]\n');
});

afterEach(() => rm(root, { recursive: true }));

async function write(file: string, text: string): Promise<string> {
  await writeFile(path.join(workflows, file), text);
  return path.join(workflows, file);
}

it('adds what two workflows pin, once and sorted, and says where it is from', async () => {
  const first = await write('a.yml', `container: acme/${pin}\n`);
  const second = await write(
    'b.yaml',
    `run: docker run acme/${pin}; docker run acme/numpy-tsan:3.14.2t-b0123456789ab\n`,
  );
  const update = await updatePins(root, [path.join(root, 'consumer')], true);
  expect(formatUpdate(update)).toBe(
    `+ numpy-tsan:3.14.2t-b0123456789ab  ${second}
+ ${pin}  ${first}, ${second}
2 pins in 2 files, 2 new; 3 in all`,
  );
  const written: unknown = JSON.parse(await readFile(path.join(root, 'pins.json'), 'utf8'));
  expect(written).toEqual(['numpy-tsan:3.14.2t-b0123456789ab', 'numpy-tsan:3.14.3t-b0123456789ab', pin]);
});

it('writes nothing the second time, nor when a consumer lets a pin go', async () => {
  await write('a.yml', `container: acme/${pin}\n`);
  await updatePins(root, [workflows], true);
  const before = await stat(path.join(root, 'pins.json'), { bigint: true });
  expect((await updatePins(root, [workflows, workflows], true)).added).toEqual([]);
  await write('a.yml', 'container: acme/numpy-tsan:3.14t\n');
  expect(formatUpdate(await updatePins(root, [workflows], true))).toBe('0 pins in 1 file, 0 new; 2 in all');
  expect((await stat(path.join(root, 'pins.json'), { bigint: true })).mtimeNs).toBe(before.mtimeNs);
});

it('writes nothing unless it is to apply what it found', async () => {
  await write('a.yml', `container: acme/${pin}\n`);
  expect((await updatePins(root, [workflows], false)).added).toEqual([pin]);
  expect(await readFile(path.join(root, 'pins.json'), 'utf8')).toBe('["numpy-tsan:3.14.3t-b0123456789ab"]\n');
});

it('changes nothing when one of the folders is not there', async () => {
  await write('a.yml', `container: acme/${pin}\n`);
  await expect(updatePins(root, [workflows, path.join(root, 'absent')], true)).rejects.toMatchObject({
    name: 'UsageError',
  });
  expect(await readFile(path.join(root, 'pins.json'), 'utf8')).toBe('["numpy-tsan:3.14.3t-b0123456789ab"]\n');
});

it('tells of a digest apart from its image, which it cannot list', async () => {
  const file = await write('a.yml', `image: numpy-tsan\ndigest: ${digest}\n`);
  const { added, doubts } = await updatePins(root, [workflows], false);
  expect(added).toEqual([]);
  expect(doubts).toEqual([expect.stringMatching(`^${file}: ${digest} is apart from its image`)]);
});
