import { chmod, lstat, mkdir, mkdtemp, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { execa } from 'execa';

import { readCpythonVersion, readSourceTree, stageTree } from './source-tree.ts';

let root: string;
let folder: string;

async function git(...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=pysan', '-c', 'user.email=pysan@example.org', '-c', 'protocol.file.allow=always'];
  return (await execa('git', [...identity, ...args], { cwd: folder })).stdout;
}

async function commitAll(): Promise<void> {
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=all');
}

async function write(name: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), text);
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-tree-'));
  folder = path.join(root, 'numpy');
  await write('pyproject.toml', '[build-system]\nbuild-backend = "mesonpy"\n\n[project]\nname = "numpy"\n');
  await write('.gitignore', '*.so\n');
  await write('src/add.c', 'int add;\n');
  await write('src/add.so', 'compiled');
});

afterEach(() => rm(root, { recursive: true }));

it('holds what git knows: tracked, changed, new, but neither ignored nor deleted', async () => {
  await write('src/old.c', 'int old;\n');
  await commitAll();
  await write('src/add.c', 'int changed;\n');
  await write('src/new.c', 'int new;\n');
  await rm(path.join(folder, 'src/old.c'));
  const tree = await readSourceTree('numpy', folder);
  expect(tree.files).toEqual(['.gitignore', 'pyproject.toml', 'src/add.c', 'src/new.c']);
  expect(tree.state).toBe(`commit ${(await git('rev-parse', 'HEAD')).slice(0, 12)} and 3 changed files`);
});

it('holds all files of what is no checkout', async () => {
  const tree = await readSourceTree('numpy', folder);
  expect(tree.files).toEqual(['.gitignore', 'pyproject.toml', 'src/add.c', 'src/add.so']);
  expect(tree.state).toBe('not a git checkout');
});

it('is named by contents, names and executable bits, not by times', async () => {
  const hash = async () => (await readSourceTree('numpy', folder)).hash;
  const before = await hash();
  await utimes(path.join(folder, 'src/add.c'), new Date(0), new Date(0));
  expect(await hash()).toBe(before);
  await chmod(path.join(folder, 'src/add.c'), 0o755);
  expect(await hash()).not.toBe(before);
  await chmod(path.join(folder, 'src/add.c'), 0o644);
  await write('src/add.c', 'int changed;\n');
  expect(await hash()).not.toBe(before);
});

it('is copied with times and links', async () => {
  await symlink('add.c', path.join(folder, 'src/link.c'));
  await utimes(path.join(folder, 'src/add.c'), new Date(1000), new Date(1000));
  const target = path.join(root, 'staged');
  await stageTree(await readSourceTree('numpy', folder), target);
  expect(await readFile(path.join(target, 'src/add.c'), 'utf8')).toBe('int add;\n');
  expect((await lstat(path.join(target, 'src/add.c'))).mtimeMs).toBe(1000);
  expect(await readlink(path.join(target, 'src/link.c'))).toBe('add.c');
});

it('refuses to copy what is no longer what was read', async () => {
  const tree = await readSourceTree('numpy', folder);
  await write('src/add.c', 'int changed;\n');
  await expect(stageTree(tree, path.join(root, 'staged'))).rejects.toThrow('has changed since this command began');
});

it('holds the files of submodules, and says how to get missing ones', async () => {
  const library = path.join(root, 'library');
  await execa('git', ['init', '--quiet', library]);
  await writeFile(path.join(library, 'highway.c'), '');
  const checkout = folder;
  folder = library;
  await commitAll();
  folder = checkout;
  await git('init', '--quiet');
  await git('submodule', '--quiet', 'add', library, 'vendored/high way');
  await commitAll();
  await write('vendored/high way/new.c', '');
  expect((await readSourceTree('numpy', folder)).files).toEqual(
    expect.arrayContaining(['vendored/high way/highway.c', 'vendored/high way/new.c']),
  );
  await git('submodule', '--quiet', 'deinit', '--force', '--all');
  await expect(readSourceTree('numpy', folder)).rejects.toThrow(
    `Submodules of ${folder} are missing (vendored/high way): git -C ${folder} submodule update --init --recursive`,
  );
});

it('refuses what is not there, and what is another project', async () => {
  await expect(readSourceTree('numpy', path.join(root, 'absent'))).rejects.toThrow('There is no folder');
  await expect(readSourceTree('scipy', folder)).rejects.toThrow(`${folder} is the source of numpy, not of scipy.`);
  await expect(readSourceTree('numpy', path.join(folder, 'src'))).rejects.toThrow('is not the source of numpy');
});

it('reads the version of a CPython tree', async () => {
  await write('Include/patchlevel.h', '#define PY_MAJOR_VERSION 3\n#define PY_VERSION      "3.16.0a2+"\n');
  expect((await readSourceTree('cpython', folder)).files).toContain('Include/patchlevel.h');
  expect(await readCpythonVersion(folder)).toBe('3.16.0a2+');
});
