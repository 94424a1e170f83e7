/** Programs from Debian trixie, unpacked into a cache folder: the machine itself stays as it is, and root is not needed. */
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { findAptMirror } from '@pysan/engine';
import { execa } from 'execa';

import { root } from './pysan.ts';

/** Where what tests fetch is kept. */
export const cache = path.join(root, 'node_modules/.cache/pysan-e2e');

/** The folder of the programs of a package, `…/usr/bin`, which needs nothing beside libc. */
export async function fetchPrograms(name: string): Promise<string> {
  const folder = path.join(cache, name);
  const programs = path.join(folder, 'usr/bin');
  if ((await stat(programs).catch(() => undefined)) === undefined) {
    await unpack(name, folder);
  }
  return programs;
}

async function unpack(name: string, folder: string): Promise<void> {
  const downloads = path.join(cache, 'archives', name);
  await mkdir(downloads, { recursive: true });
  const options = await aptOptions();
  await execa('apt-get', [...options, 'update'], { stdin: 'ignore' });
  await execa('apt-get', [...options, 'download', name], { cwd: downloads, stdin: 'ignore' });
  await extract(downloads, folder);
}

/** The folder with a package and all that it depends on but libc, as if it were the root of a file system. */
export async function fetchTree(name: string): Promise<string> {
  const folder = path.join(cache, `${name}-tree`);
  if ((await stat(folder).catch(() => undefined)) === undefined) {
    await unpackTree(name, folder);
  }
  return folder;
}

// To apt nothing is installed, so it fetches every dependency.
async function unpackTree(name: string, folder: string): Promise<void> {
  const downloads = path.join(cache, 'archives', `${name}-tree`);
  const status = path.join(cache, 'status');
  await mkdir(path.join(downloads, 'partial'), { recursive: true });
  await writeFile(status, '');
  const options = [
    ...(await aptOptions()),
    `--option=Dir::State::status=${status}`,
    `--option=Dir::Cache::archives=${downloads}`,
  ];
  await execa('apt-get', [...options, 'update'], { stdin: 'ignore' });
  await execa('apt-get', [...options, 'install', '--download-only', '--no-install-recommends', '--yes', name], {
    stdin: 'ignore',
  });
  await extract(downloads, `${folder}.part`);
  await rename(`${folder}.part`, folder);
  await rm(downloads, { recursive: true });
}

async function extract(downloads: string, folder: string): Promise<void> {
  const archives = (await readdir(downloads)).filter((file) => file.endsWith('.deb') && !file.startsWith('libc6_'));
  for (const archive of archives) {
    await execa('dpkg-deb', ['--extract', path.join(downloads, archive), folder]);
  }
}

/** An apt with sources and lists of its own, on the mirror of this machine. */
async function aptOptions(): Promise<string[]> {
  const mirror = await findAptMirror();
  if (mirror === undefined) {
    throw new Error('This machine has no Debian mirror to fetch programs from.');
  }
  const lists = path.join(cache, 'lists');
  const sources = path.join(cache, 'trixie.list');
  await mkdir(path.join(lists, 'partial'), { recursive: true });
  await writeFile(sources, `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} trixie main\n`);
  const settings = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State::Lists': lists,
    'Dir::Cache': cache,
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': '',
  };
  return ['-qq', ...Object.entries(settings).map(([key, value]) => `--option=${key}=${value}`)];
}
