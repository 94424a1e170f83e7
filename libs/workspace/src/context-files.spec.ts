import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { hashContextFiles } from './context-files.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-context-'));
  await mkdir(path.join(root, 'recipes/numpy/checks'), { recursive: true });
  await writeFile(path.join(root, '.dockerignore'), '**/project.json\n**/checks\n');
  await writeFile(path.join(root, 'recipes/numpy/build'), 'make');
  await writeFile(path.join(root, 'recipes/numpy/project.json'), '{}');
  await writeFile(path.join(root, 'recipes/numpy/checks/check.json'), '{}');
});

afterEach(() => rm(root, { recursive: true }));

it('hashes the files of a folder, without what the context leaves out', async () => {
  expect(await hashContextFiles(root, ['recipes/numpy'])).toEqual({
    'recipes/numpy/build': expect.stringMatching(/^644 [0-9a-f]{64}$/),
  });
});

// https://docs.docker.com/build/concepts/context/#dockerignore-files
it.each`
  dockerignore                       | files
  ${''}                              | ${['build', 'checks/check.json', 'project.json']}
  ${'# nothing\n\n'}                 | ${['build', 'checks/check.json', 'project.json']}
  ${'# **/build\n**/project.json'}   | ${['build', 'checks/check.json']}
  ${'**/*.json'}                     | ${['build']}
  ${'**/*.json\n!**/checks/*.json'}  | ${['build', 'checks/check.json']}
  ${'recipes\n!recipes/numpy/build'} | ${['build']}
  ${'/recipes/numpy/checks/ \r\n'}   | ${['build', 'project.json']}
  ${'build\nchecks\nproject.json'}   | ${['build', 'checks/check.json', 'project.json']}
  ${'**/BUILD'}                      | ${['build', 'checks/check.json', 'project.json']}
`('reads .dockerignore as the engine does: $dockerignore', async ({ dockerignore, files }) => {
  await writeFile(path.join(root, '.dockerignore'), dockerignore as string);
  const hashed = Object.keys(await hashContextFiles(root, ['recipes/numpy']));
  expect(hashed.map((file) => path.relative('recipes/numpy', file))).toEqual(files);
});

it("keeps of the repository's recipes all but what only tests and Nx read", async () => {
  const repository = path.resolve(import.meta.dirname, '../../..');
  const recipes = path.join(repository, 'images/recipes');
  const entries = await readdir(recipes, { recursive: true, withFileTypes: true });
  const files = entries.filter((it) => it.isFile()).map((it) => path.join(it.parentPath, it.name));
  const context = files.filter((file) => !/\/(project\.json$|checks\/|recall\/)/.test(file));
  expect(Object.keys(await hashContextFiles(repository, ['images/recipes']))).toEqual(
    context.map((file) => path.relative(repository, file)).toSorted(),
  );
});

it('sees the executable bit and no other bit of the mode', async () => {
  const file = path.join(root, 'recipes/numpy/build');
  const plain = await hashContextFiles(root, ['recipes/numpy/build']);
  await chmod(file, 0o664);
  expect(await hashContextFiles(root, ['recipes/numpy/build'])).toEqual(plain);
  await chmod(file, 0o755);
  expect(await hashContextFiles(root, ['recipes/numpy/build'])).not.toEqual(plain);
});

it('refuses a source that does not exist', async () => {
  await expect(hashContextFiles(root, ['recipes/scipy'])).rejects.toThrow('COPY recipes/scipy: there is no such file');
});
