/**
 * The commit of a branch, asked for once per command: Nx runs a process for each image, and all images of one
 * command must be of the same commits, though the branch may move meanwhile.
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

import { findCaBundle } from '@pysan/http';
import { findBranchCommit } from '@pysan/sources';

const dayMs = 24 * 60 * 60 * 1000;

/** True for a full commit, which needs no asking. */
export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);
}

/**
 * The commit that a branch points at; undefined when there is no such branch. Throws an UpstreamError when git cannot
 * tell. `./pysan` asks in its own process and hands the commits on; below plain `nx run`, the first task's answer
 * counts for all.
 */
export async function findCommitOnce(repository: string, branch: string): Promise<string | undefined> {
  const run = await nameNxRun(process.env['NX_INVOCATION_ROOT_PID']);
  const ask = () => findBranchCommit(repository, branch, findCaBundle(process.env));
  return run === undefined ? ask() : rememberFirst(memoryFolder(), [run, repository, branch], ask);
}

/** What the first caller with those keys was answered. Safe among processes; an answer is forgotten after a day. */
export async function rememberFirst(
  folder: string,
  keys: readonly string[],
  ask: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const file = path.join(folder, createHash('sha256').update(JSON.stringify(keys)).digest('hex'));
  const known = await read(file);
  const answer = known ?? (await ask());
  if (known !== undefined || answer === undefined) {
    return known;
  }
  await mkdir(folder, { recursive: true });
  await forgetOld(folder);
  await writeOnce(file, answer);
  return read(file);
}

/** Process id and start time of the Nx that runs this task; undefined outside Nx. */
async function nameNxRun(pid: string | undefined): Promise<string | undefined> {
  if (pid === undefined) {
    return undefined;
  }
  // Ids are used again: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, field 22. Elsewhere the id must do.
  const fields = (await read(`/proc/${pid}/stat`))?.replace(/^.*\) /, '').split(' ');
  return `${pid} ${fields?.[19] ?? ''}`;
}

function memoryFolder(): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'pysan/commits');
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

// A link is made whole or not at all, and never over another: the first one stays.
async function writeOnce(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text);
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function forgetOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts !== undefined && Date.now() - facts.mtimeMs > dayMs) {
      await rm(file, { force: true });
    }
  }
}
