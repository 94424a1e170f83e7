import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from '@jest/globals';
import { UsageError } from '@pysan/model';
import { execa } from 'execa';

import { requireProject, sanCommand } from './project.ts';

it('takes the root of a Python project, and nothing else', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-project-'));
  await expect(requireProject(folder)).rejects.toThrow(UsageError);
  await writeFile(path.join(folder, 'setup.py'), '');
  expect(await requireProject(path.relative(process.cwd(), folder))).toBe(folder);
  await expect(requireProject(path.join(folder, 'setup.py'))).rejects.toThrow('is not a folder');
  await rm(folder, { recursive: true });
});

it('hands each word on as it is', async () => {
  const words = ['--repeat', 'auto', '--', '-k', 'a "b" $(id)'];
  expect(sanCommand(words, false)).toEqual(['san', 'pytest', ...words]);
  const [, , script = '', ...rest] = sanCommand(words, true);
  const printed = script.replace('san build . && exec san pytest', String.raw`printf '%s\n'`);
  const { stdout } = await execa('bash', ['-c', printed, ...rest]);
  expect(stdout.split('\n')).toEqual(words);
});
