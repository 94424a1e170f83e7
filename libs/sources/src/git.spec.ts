import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execa } from 'execa';

import { findBranchCommit } from './git.ts';

let repository: string;

async function git(...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=pysan', '-c', 'user.email=pysan@example.org'];
  return (await execa('git', [...identity, ...args], { cwd: repository })).stdout;
}

beforeAll(async () => {
  repository = await mkdtemp(path.join(tmpdir(), 'pysan-git-'));
  await git('init', '--quiet', '--initial-branch=main');
  await git('commit', '--quiet', '--allow-empty', '--message=first');
  await git('branch', 'maintenance/main');
  await git('commit', '--quiet', '--allow-empty', '--message=second');
});

afterAll(() => rm(repository, { recursive: true }));

it('finds the commit of a branch, and not that of another whose name ends alike', async () => {
  expect(await findBranchCommit(repository, 'main')).toBe(await git('rev-parse', 'main'));
});

it('says "no such branch" only when the repository has answered', async () => {
  expect(await findBranchCommit(repository, 'absent')).toBeUndefined();
  await expect(findBranchCommit(path.join(repository, 'absent'), 'main')).rejects.toThrow(
    /^git cannot tell the commit of main in .*absent/,
  );
});

it('says when there is no git', async () => {
  const { PATH: programs } = process.env;
  process.env['PATH'] = '/nonexistent';
  try {
    await expect(findBranchCommit(repository, 'main')).rejects.toThrow(/^git is not installed/);
  } finally {
    process.env['PATH'] = programs;
  }
});
