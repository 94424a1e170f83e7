/** Reads the policy and the pins of `pysan prune`, and the files of consumers for the pins. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { UsageError } from '@pysan/model';
import { parsePins, parseRetention, type Pins, pinsFile, type Retention, retentionFile } from '@pysan/retention';

/** What consumers pin, by `pins.json`; ConfigError for what is not such a list. */
export async function readPins(root: string): Promise<Pins> {
  return parsePins(pinsFile, await readFile(path.join(root, pinsFile), 'utf8'));
}

/** The policy, by `retention.json`; ConfigError for what is none. */
export async function readRetention(root: string): Promise<Retention> {
  return parseRetention(retentionFile, await readFile(path.join(root, retentionFile), 'utf8'));
}

/** The files of a consumer that may name an image. */
export interface ConsumerFiles {
  /** Text by path, sorted. */
  readonly texts: ReadonlyMap<string, string>;
  /** Why a file could not be read, by path. */
  readonly unread: ReadonlyMap<string, string>;
}

/** File types of CI, containers, task runners and scripts. */
const naming =
  /\.(?:ya?ml|toml|py|sh|bash|mk|ini|cfg|env|just)$|^(?:.+\.)?(?:Dockerfile|Containerfile)(?:\..+)?$|^\.?devcontainer\.json$|^(?:Makefile|[Jj]ustfile|\.env)$/;

/** In bytes; what people write by hand is smaller. */
const sizeMax = 2 ** 20;

/**
 * The text of every file below a folder that may name an image, hidden folders included: CI of any kind has its files in
 * one. UsageError for a folder that is not there, or cannot be read as a whole.
 */
export async function readConsumer(folder: string): Promise<ConsumerFiles> {
  const files = (await listFiles(folder)).filter((file) => naming.test(path.basename(file)) && isOwn(folder, file));
  const read = await Promise.all(files.toSorted().map(readEntry));
  return {
    texts: new Map(read.flatMap(({ file, text }) => (text === undefined ? [] : [[file, text]]))),
    unread: new Map(read.flatMap(({ file, why }) => (why === undefined ? [] : [[file, why]]))),
  };
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  } catch (cause) {
    throw new UsageError(`The folder ${folder} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

const others = ['node_modules', 'site-packages', '.git', '.venv', '.tox', '.nox'];

/** What was installed names its own images, and git's own files name none. */
function isOwn(folder: string, file: string): boolean {
  return !path
    .relative(folder, file)
    .split(path.sep)
    .some((part) => others.includes(part));
}

interface Entry {
  readonly file: string;
  readonly text?: string;
  readonly why?: string;
}

async function readEntry(file: string): Promise<Entry> {
  try {
    const { size } = await stat(file);
    return size > sizeMax
      ? { file, why: `it is larger than ${String(sizeMax / 1024)} KiB` }
      : { file, text: await readFile(file, 'utf8') };
  } catch (error) {
    return { file, why: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
