import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Build, ProductError } from '@pysan/model';

import { reportReadiness } from './report-readiness.ts';

const python = { version: '3.14.3', freeThreaded: true, dev: false };
const namespace = { host: 'ghcr.io', path: 'acme' };

function build(name: string, digit: string, workflow: string): Build {
  const image = { name, workflow, components: [] };
  return {
    image,
    python,
    contents: [{ component: 'numpy', version: '2.5.5' }],
    inputs: {},
    id: digit.repeat(64),
  } as unknown as Build;
}

const parent = {
  build: build('cpython-tsan', '1', 'cpython.yml'),
  found: { digest: 'sha256:2', buildId: '1'.repeat(64), inputs: {} as Build['inputs'] },
};
const own = { build: build('numpy-tsan', '3', 'numpy.yml'), found: undefined };

let folder: string;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-ready-'));
  lines = [];
});

afterEach(() => rm(folder, { recursive: true }));

it('says what is there, and hands the name on', async () => {
  const outputFile = path.join(folder, 'output');
  const readiness = { chain: [parent, own], namespace, wanted: 'b333333333333', outputFile };
  await reportReadiness(readiness, (text) => lines.push(text));
  expect(lines.join('\n')).toMatch(
    /^ghcr\.io\/acme\/cpython-tsan:3\.14\.3t-b1{12} +there: sha256:2\nghcr\.io\/acme\/numpy-tsan:3\.14\.3t-b3{12} +missing$/,
  );
  expect(await readFile(outputFile, 'utf8')).toBe(
    'reference=ghcr.io/acme/numpy-tsan:3.14.3t-b333333333333\npython=3.14.3t\nnumpy=2.5.5\n',
  );
});

it('says which variable names a file that cannot be written', async () => {
  const readiness = { chain: [parent, own], namespace, wanted: undefined, outputFile: folder };
  await expect(reportReadiness(readiness, () => undefined)).rejects.toThrow(
    `GITHUB_OUTPUT names ${folder}, which cannot be written. Fix or unset GITHUB_OUTPUT.`,
  );
});

it('refuses to start without the parent, after it has said how all stands', async () => {
  const chain = [{ ...parent, found: undefined }, own];
  const readiness = { chain, namespace, wanted: undefined, outputFile: undefined };
  const attempt = reportReadiness(readiness, (text) => lines.push(text));
  await expect(attempt).rejects.toThrow(ProductError);
  await expect(attempt).rejects.toThrow(/numpy-tsan cannot be built now: cpython-tsan.*Run cpython\.yml/);
  expect(lines).toHaveLength(1);
});
