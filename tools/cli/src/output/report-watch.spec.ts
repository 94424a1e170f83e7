import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ProductError } from '@pysan/model';
import type { TagStatus } from '@pysan/releases';
import { execa } from 'execa';

import { reportWatch } from './report-watch.ts';

const good: TagStatus = { image: 'numpy-tsan', tag: '3.14t', state: 'good', what: 'it finds its bug' };
const absent: TagStatus = { ...good, tag: '3.15t', state: 'absent', what: 'there is no such tag' };
const bad: TagStatus = { ...good, tag: '3.13t', state: 'bad', what: 'it is private' };
const unknown: TagStatus = { ...good, tag: '3.16t', state: 'unknown', what: 'it is private, or not there' };
const committed = Date.parse('2026-01-01T00:00:00Z');
const day = 24 * 60 * 60 * 1000;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-watch-'));
  await execa('git', ['init', '--quiet'], { cwd: root });
  const identity = ['-c', 'user.name=pysan', '-c', 'user.email=pysan@example.org'];
  const env = { GIT_COMMITTER_DATE: new Date(committed).toISOString() };
  await execa('git', [...identity, 'commit', '--quiet', '--allow-empty', '--message=one'], { cwd: root, env });
});

afterEach(() => rm(root, { recursive: true }));

it('is content with what is good, and leaves what is absent to the coordinator', async () => {
  const summaryFile = path.join(root, 'summary');
  await reportWatch([good, absent], { root, now: committed + day, summaryFile });
  expect(await readFile(summaryFile, 'utf8')).toMatch(
    /^- numpy-tsan:3\.14t good: .*\n- numpy-tsan:3\.15t absent: .*\n$/,
  );
});

it('names what is bad, and what is unknown', async () => {
  const attempt = reportWatch([good, bad, unknown], { root, now: committed + day, summaryFile: undefined });
  await expect(attempt).rejects.toThrow(ProductError);
  await expect(attempt).rejects.toThrow(
    /:\n {2}- numpy-tsan:3\.13t bad: it is private\n {2}- numpy-tsan:3\.16t unknown: it is private, or not there$/,
  );
});

it('warns before GitHub stops the schedules', async () => {
  const attempt = reportWatch([good], { root, now: committed + 51 * day, summaryFile: undefined });
  await expect(attempt).rejects.toThrow(/the last commit is 51 days old/);
});
