import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { findRepository } from './find-repository.ts';
import { type LocalGitHub, startGitHub } from '@pysan/testing/github/local-github';
import { type Proposal, propose, withdraw } from './proposal.ts';
import type { Repository } from './repository.ts';

let gitHub: LocalGitHub;
let repository: Repository;
let proposal: Proposal;

beforeEach(async () => {
  gitHub = await startGitHub({ repository: 'own/pysan', tokens: ['t'], workflows: {}, start: 0 });
  const env = { GITHUB_API_URL: gitHub.origin, GITHUB_REPOSITORY: 'own/pysan', GITHUB_TOKEN: 't' };
  repository = findRepository(env, 1).issues;
  proposal = {
    branch: 'pysan/locks',
    into: 'main',
    base: gitHub.git.branches.get('main') ?? '',
    files: [{ path: 'versions/numpy/lock.json', mode: '100644', content: '2.5.5' }],
    title: 'versions: numpy 2.5.5',
    text: 'one\ntwo',
  };
});

afterEach(() => gitHub.stop());

const changes = () =>
  gitHub.asked.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url.pathname}`);

it('opens one pull request with one commit on the base', async () => {
  expect(await propose(repository, proposal)).toBe(`${gitHub.origin}/pull/1`);
  expect(gitHub.git.filesOf('pysan/locks')).toEqual({ 'README.md': 'pysan', 'versions/numpy/lock.json': '2.5.5' });
  const commit = gitHub.git.commits.get(gitHub.git.branches.get('pysan/locks') ?? '');
  expect(commit).toMatchObject({ message: 'versions: numpy 2.5.5', parents: [{ sha: proposal.base }] });
  expect(gitHub.git.pulls).toMatchObject([
    { head: 'pysan/locks', base: 'main', title: 'versions: numpy 2.5.5', state: 'open' },
  ]);
  expect(gitHub.git.filesOf('main')).toEqual({ 'README.md': 'pysan' });
});

it('changes nothing when it says the same already', async () => {
  await propose(repository, proposal);
  const head = gitHub.git.branches.get('pysan/locks');
  gitHub.asked.length = 0;
  await propose(repository, proposal);
  expect(changes()).toEqual(['POST /repos/own/pysan/git/trees']);
  expect(gitHub.git.branches.get('pysan/locks')).toBe(head);
});

it('takes the next news into the same one, and follows its base', async () => {
  await propose(repository, proposal);
  const base = gitHub.git.commit('other', gitHub.git.write({ 'README.md': 'pysan 2' }), [proposal.base]).sha;
  const next = {
    ...proposal,
    base,
    title: 'versions: numpy 2.5.6',
    files: [{ ...proposal.files[0], content: '2.5.6' }],
  } as Proposal;
  await propose(repository, next);
  expect(gitHub.git.filesOf('pysan/locks')).toEqual({ 'README.md': 'pysan 2', 'versions/numpy/lock.json': '2.5.6' });
  expect(gitHub.git.pulls).toMatchObject([{ number: 1, title: 'versions: numpy 2.5.6' }]);
});

it('opens another one after that was merged or closed, and withdraws it when there is no news', async () => {
  await propose(repository, proposal);
  await withdraw(repository, 'pysan/locks');
  expect(gitHub.git.pulls).toMatchObject([{ state: 'closed' }]);
  await withdraw(repository, 'pysan/locks');
  await propose(repository, proposal);
  expect(gitHub.git.pulls).toMatchObject([{ state: 'closed' }, { state: 'open' }]);
});

it('says which commit GitHub lacks', async () => {
  const unpushed = { ...proposal, base: 'f'.repeat(40) };
  await expect(propose(repository, unpushed)).rejects.toThrow(`GitHub has no commit ${'f'.repeat(40)}, or`);
  expect(changes()).toEqual([]);
});
