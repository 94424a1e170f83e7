/**
 * Which specs passed, and with which inputs. The repository keeps `tools/e2e/passed.json`. Runs on this machine write the
 * same into dist/, from where `--record` copies it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { findSpecChange, passedSpecs, type SpecInputs } from '@pysan/verification';
import { parseConfig } from '@pysan/versions';

export const passedFile = 'tools/e2e/passed.json';
const ownFile = 'dist/e2e/passed.json';

type Passed = Readonly<Record<string, SpecInputs>>;

/** The record that the repository keeps. */
export function readPassed(root: string): Promise<Passed> {
  return read(root, passedFile);
}

/** Notes in dist/ that a spec passed here. */
export async function rememberPass(root: string, name: string, inputs: SpecInputs): Promise<void> {
  await mkdir(path.dirname(path.join(root, ownFile)), { recursive: true });
  await write(root, ownFile, { ...(await read(root, ownFile)), [name]: inputs });
}

/**
 * Records the specs that passed here with the given inputs in the repository, and returns their names. The record of a spec
 * that is not given is removed.
 */
export async function recordPasses(root: string, now: Passed): Promise<readonly string[]> {
  const [recorded, own] = [await readPassed(root), await read(root, ownFile)];
  const news = Object.entries(now).filter(([name, inputs]) => findSpecChange(own[name], inputs) === undefined);
  const kept = Object.entries(recorded).filter(([name]) => name in now);
  await write(root, passedFile, { ...Object.fromEntries(kept), ...Object.fromEntries(news) });
  return news.map(([name]) => name);
}

async function read(root: string, file: string): Promise<Passed> {
  return parseConfig(passedSpecs, file, await readFile(path.join(root, file), 'utf8').catch(refuseOther));
}

function refuseOther(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') {
    return '{}';
  }
  throw error;
}

async function write(root: string, file: string, passed: Passed): Promise<void> {
  const sorted = Object.keys(passed)
    .toSorted()
    .map((name) => [name, sortKeys(passed[name] ?? {})]);
  await writeFile(path.join(root, file), `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

function sortKeys(inputs: SpecInputs): SpecInputs {
  return Object.fromEntries(Object.entries(inputs).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
