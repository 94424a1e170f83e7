/** Reads what `pysan prune` decides by, and the workflow files of consumers that some of it comes from. */
import { readdir, readFile } from 'node:fs/promises';
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

/**
 * The text of every YAML file below a folder by its path, hidden folders included: CI of any kind has its files in one.
 * UsageError for a folder that is not there, or cannot be read as a whole.
 */
export async function readWorkflows(folder: string): Promise<ReadonlyMap<string, string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name));
    const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).filter((file) => isOwn(folder, file));
    return new Map(await Promise.all(paths.toSorted().map(readEntry)));
  } catch (error) {
    throw new UsageError(
      `The folder ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      {
        cause: error,
      },
    );
  }
}

/** What npm installed names its own images, and git's own files name none. */
function isOwn(folder: string, file: string): boolean {
  const parts = path.relative(folder, file).split(path.sep);
  return !parts.includes('node_modules') && !parts.includes('.git');
}

async function readEntry(file: string): Promise<[file: string, text: string]> {
  return [file, await readFile(file, 'utf8')];
}
