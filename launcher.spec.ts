/** The launcher, `pysan`, in a checkout of its own that has one package. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { execa } from 'execa';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-launcher-'));
  const about = { name: 'root', version: '1.0.0', dependencies: { part: 'file:part' } };
  const packages = { '': about, 'node_modules/part': { resolved: 'part', link: true }, part: { version: '1.0.0' } };
  const lock = { ...about, lockfileVersion: 3, requires: true, packages };
  await cp(path.join(import.meta.dirname, 'pysan'), path.join(root, 'pysan'));
  await write('package.json', JSON.stringify(about));
  await write('package-lock.json', JSON.stringify(lock));
  await write('part/package.json', JSON.stringify({ name: 'part', version: '1.0.0' }));
  await write('tools/cli/src/main.ts', 'console.log("started");');
});

afterEach(() => rm(root, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
}

// npm never ends where it cannot make the folder of its cache below /proc.
it('gets the packages and starts the command where HOME cannot be written', async () => {
  const env = { HOME: '/proc', npm_config_cache: undefined };
  const { stdout } = await execa(path.join(root, 'pysan'), [], { cwd: root, env, timeout: 25_000 });
  expect(stdout).toBe('started');
}, 30_000);
