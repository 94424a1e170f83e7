/** The user's own source trees: `--numpy ../numpy`. A build uses git's files, with uncommitted changes. */
import { createHash } from 'node:crypto';
import { cp, lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

import { UsageError } from '@pysan/model';
import { execa } from 'execa';

export interface SourceTree {
  readonly folder: string;
  /** Files and symbolic links, relative to the folder, sorted. */
  readonly files: readonly string[];
  /** sha256 of their names, contents and executable bits. */
  readonly hash: string;
  /** `commit 0123456789ab and 2 changed files`, or `no git checkout`. */
  readonly state: string;
}

/** Reads a tree of a component. UsageError when there is none, it is another project's, or its submodules are missing. */
export async function readSourceTree(component: string, folder: string): Promise<SourceTree> {
  await requireProject(component, folder);
  const isCheckout = await isRootOfCheckout(folder);
  const found = isCheckout ? await listCheckout(folder) : await listAll(folder);
  const files = await keepFiles(folder, found);
  return { folder, files, hash: await hashTree(folder, files), state: await describeState(folder, isCheckout) };
}

/**
 * Copies a tree, with the times of its files, into a folder that does not exist yet. UsageError when a file has
 * changed since the tree was read: the build would not be what its id says.
 */
export async function stageTree({ folder, files, hash }: SourceTree, target: string): Promise<void> {
  for (const file of files) {
    await mkdir(path.dirname(path.join(target, file)), { recursive: true });
    await cp(path.join(folder, file), path.join(target, file), { preserveTimestamps: true, verbatimSymlinks: true });
  }
  if ((await hashTree(target, files)) !== hash) {
    throw new UsageError(`${folder} has changed since this command began. Run the command again.`);
  }
}

/** CPython's version as the tree itself gives it: `3.13.5`, or `3.16.0a2+` between releases. */
export async function readCpythonVersion(folder: string): Promise<string> {
  const text = await readFile(path.join(folder, patchlevel), 'utf8');
  const version = /^#define\s+PY_VERSION\s+"([^"]+)"/m.exec(text)?.[1];
  if (version === undefined) {
    throw new UsageError(`${path.join(folder, patchlevel)} does not say which version it is.`);
  }
  return version;
}

const patchlevel = 'Include/patchlevel.h';

async function requireProject(component: string, folder: string): Promise<void> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) {
    throw new UsageError(`There is no folder ${folder}.`);
  }
  const project = await findProject(folder);
  if (project !== component) {
    throw new UsageError(
      project === undefined
        ? `${folder} is not the source of ${component}: it is neither a Python project nor CPython.`
        : `${folder} is the source of ${project}, not of ${component}.`,
    );
  }
}

async function findProject(folder: string): Promise<string | undefined> {
  if ((await lstat(path.join(folder, patchlevel)).catch(() => undefined)) !== undefined) {
    return 'cpython';
  }
  const pyproject = await readFile(path.join(folder, 'pyproject.toml'), 'utf8').catch(() => '');
  return /^\[project\]$[^[]*?^name\s*=\s*["']([^"']+)["']/m.exec(pyproject)?.[1];
}

async function git(folder: string, ...args: string[]): Promise<string> {
  // The owner of a checkout may be another user, as in a container.
  const { stdout } = await execa('git', ['-c', 'safe.directory=*', '-C', folder, ...args]);
  return stdout;
}

// A folder inside another repository, which may ignore it, is not a checkout.
async function isRootOfCheckout(folder: string): Promise<boolean> {
  return (await lstat(path.join(folder, '.git')).catch(() => undefined)) !== undefined;
}

async function listCheckout(folder: string): Promise<string[]> {
  const repositories = ['', ...(await findSubmodules(folder))];
  const lists = await Promise.all(repositories.map((repository) => listRepository(folder, repository)));
  return lists.flat();
}

async function findSubmodules(folder: string): Promise<string[]> {
  const lines = (await git(folder, 'submodule', 'status', '--recursive')).split('\n').filter((line) => line !== '');
  const missing = lines.filter((line) => line.startsWith('-')).map(submodulePath);
  if (missing.length > 0) {
    const remedy = `git -C ${folder} submodule update --init --recursive`;
    throw new UsageError(`Submodules of ${folder} are missing (${missing.join(', ')}): ${remedy}`);
  }
  return lines.map(submodulePath);
}

// ` <commit> <path> (<description>)`, with `-` or `+` in front.
function submodulePath(line: string): string {
  return line
    .slice(1)
    .replace(/^\S+ /, '')
    .replace(/ \([^()]*\)$/, '');
}

async function listRepository(folder: string, repository: string): Promise<string[]> {
  const inside = path.join(folder, repository);
  const names = await git(inside, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  return names.split('\0').flatMap((name) => (name === '' ? [] : [path.join(repository, name)]));
}

async function listAll(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
}

// git also lists deleted files and submodules.
async function keepFiles(folder: string, names: readonly string[]): Promise<string[]> {
  const kept = [];
  for (const name of new Set(names)) {
    const facts = await lstat(path.join(folder, name)).catch(() => undefined);
    if (facts?.isFile() === true || facts?.isSymbolicLink() === true) {
      kept.push(name);
    }
  }
  return kept.toSorted();
}

async function hashTree(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${JSON.stringify(file)} ${await describeFile(path.join(folder, file))}\n`);
  }
  return hash.digest('hex');
}

async function describeFile(file: string): Promise<string> {
  const facts = await lstat(file);
  if (facts.isSymbolicLink()) {
    return `link ${JSON.stringify(await readlink(file))}`;
  }
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return `${(facts.mode & 0o100) === 0 ? '644' : '755'} ${sha256}`;
}

async function describeState(folder: string, isCheckout: boolean): Promise<string> {
  if (!isCheckout) {
    return 'not a git checkout';
  }
  const commit = (await git(folder, 'rev-parse', '--verify', '--quiet', 'HEAD').catch(() => '')).slice(0, 12);
  const changed = (await git(folder, 'status', '--porcelain', '--untracked-files=all')).split('\n').filter(Boolean);
  const dirt = changed.length === 0 ? '' : ` and ${changed.length} changed ${changed.length === 1 ? 'file' : 'files'}`;
  return `commit ${commit || 'none'}${dirt}`;
}
