import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from '@jest/globals';

import { findOwnPid, ownEngine, stopEngine } from './own-engine.ts';

it.each([
  { env: { HOME: '/home/ada' }, folder: '/home/ada/.local/share/pysan/engine' },
  { env: { HOME: '/home/ada', XDG_DATA_HOME: '/data' }, folder: '/data/pysan/engine' },
  { env: { HOME: '/home/ada', XDG_DATA_HOME: '/data', PYSAN_DATA: '/big' }, folder: '/big/engine' },
])('keeps the engine in $folder', ({ env, folder }) => {
  expect(ownEngine(env).folder).toBe(folder);
});

it('leaves a process alone that only inherited the number in the pidfile', async () => {
  const data = await mkdtemp(path.join(tmpdir(), 'pysan-engine-'));
  const own = ownEngine({ PYSAN_DATA: data });
  await mkdir(own.folder);
  await writeFile(own.pidFile, String(process.pid));
  expect(await findOwnPid(own)).toBeUndefined();
  expect(await stopEngine(own)).toBe(false);
  await rm(data, { recursive: true });
});
