import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { readCode } from './read-code.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-code-'));
  await write('tools/e2e/src/a.spec.ts', "import './b.ts';\nimport { c } from '@pysan/c';\nimport 'node:fs';\n");
  await write('tools/e2e/src/b.ts', "await import('execa');\n");
  await write('tools/e2e/src/unused.ts', '');
  await write('libs/c/src/index.ts', "export * from './inside.ts';\nimport { d } from '@pysan/d/deep';\n");
  await write('libs/c/src/inside.ts', '');
  await write('libs/c/src/script', 'echo\n');
  await write('libs/d/src/deep.ts', '');
  await write('package-lock.json', JSON.stringify({ packages: { 'node_modules/execa': { version: '9.6.1' } } }));
  await mkdir(path.join(root, 'node_modules/@pysan'), { recursive: true });
  await symlink('../../libs/c', path.join(root, 'node_modules/@pysan/c'));
  await symlink('../../libs/d', path.join(root, 'node_modules/@pysan/d'));
});

afterEach(() => rm(root, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.join(root, path.dirname(file)), { recursive: true });
  await writeFile(path.join(root, file), text);
}

const read = () => readCode(root, ['tools/e2e/src/a.spec.ts']);

it('follows what a spec imports: files of its own package, whole packages, versions from npm', async () => {
  const inputs = await read();
  const names = ['libs/c', 'libs/d', 'npm execa', 'tools/e2e/src/a.spec.ts', 'tools/e2e/src/b.ts'];
  expect(Object.keys(inputs).toSorted()).toEqual(names);
  expect(inputs['npm execa']).toBe('9.6.1');
});

it.each([
  { file: 'libs/c/src/script', name: 'libs/c' },
  { file: 'libs/c/src/more', name: 'libs/c' },
  { file: 'libs/d/src/deep.ts', name: 'libs/d' },
  { file: 'tools/e2e/src/b.ts', name: 'tools/e2e/src/b.ts' },
])('sees a change of $file', async ({ file, name }) => {
  const before = await read();
  await write(file, '// changed\n');
  expect((await read())[name]).not.toBe(before[name]);
});

it.each(['libs/c/src/inside.spec.ts', 'libs/c/README.md', 'libs/c/node_modules/x.js', 'tools/e2e/src/unused.ts'])(
  'does not mind a change of %s',
  async (file) => {
    const before = await read();
    await write(file, '// changed\n');
    expect(await read()).toEqual(before);
  },
);

it('names a file that there is not', async () => {
  await expect(readCode(root, ['libs/absent'])).rejects.toThrow(/libs\/absent: there is no such file or folder/);
});
