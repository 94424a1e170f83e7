import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { EngineError } from '@pysan/model';

import { appendOutput, appendSummary } from './append-for-github.ts';
import { codeBlock, cutSummary } from './cut-summary.ts';

const mebibyte = 2 ** 20;
const row = `| ${'é'.repeat(60)} |\n`;
const long = row.repeat(20_000);
const remark = /\n\nGitHub shows no summary above 1 MiB, so the rest is left out\. [^\n]*\n$/;

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'append-spec-'));
  file = path.join(folder, 'summary');
});

afterEach(() => rm(folder, { recursive: true }));

it('appends what GitHub shows as it is', async () => {
  await appendSummary(file, '- one\n');
  await appendSummary(file, '- two\n');
  expect(await readFile(file, 'utf8')).toBe('- one\n- two\n');
});

it('cuts what GitHub would not show at the end of a line, and says so', async () => {
  await appendSummary(file, long);
  const { size } = await stat(file);
  expect(size).toBeLessThan(mebibyte);
  expect(size).toBeGreaterThan(mebibyte * 0.99);
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(remark);
  expect(text.replace(remark, '').split('\n').slice(0, -1)).toEqual(expect.arrayContaining([row.trimEnd()]));
  expect(text).not.toContain('\ufffd');
});

it('says so once, and adds nothing to that', async () => {
  await appendSummary(file, long);
  const { size } = await stat(file);
  await appendSummary(file, '- short\n');
  expect((await stat(file)).size).toBe(size);
});

it('counts what stands there already', async () => {
  await writeFile(file, 'x'.repeat(mebibyte - 1200));
  await appendSummary(file, row.repeat(10));
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(remark);
  expect(text).not.toContain('é');
  expect(text.length).toBeLessThan(mebibyte);
});

it('does nothing where there is no such file, and says what cannot be written', async () => {
  await appendSummary(undefined, 'x');
  await appendOutput('', 'x');
  await expect(appendSummary(folder, 'x')).rejects.toThrow(EngineError);
  await expect(appendOutput(folder, 'x')).rejects.toThrow(/^GITHUB_OUTPUT names .* cannot be written/);
});

it('cuts no outputs', async () => {
  await appendOutput(file, long);
  expect(await readFile(file, 'utf8')).toBe(long);
});

it('makes a block of code that text cannot leave', () => {
  expect(codeBlock('one\n\ntwo\u001b[2J\n```')).toBe('    one\n\n    two\n    ```\n');
  expect(cutSummary('', codeBlock('one'))).toBe('    one\n');
});
