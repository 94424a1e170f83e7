/** pysan's side and the local GitHub's, over real HTTP. */
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isExpected } from '@pysan/model';

import { applyIssueAction, findRepository, listFailureIssues, listRuns, startRun } from '@pysan/github';
import { type LocalGitHub, secondaryLimit, startGitHub } from './local-github.ts';
import type { LocalReply } from './route.ts';

const hourMs = 60 * 60 * 1000;
const file = 'docker_image_numpy.yml';
const token = 'ghp_secret';
const start = Date.parse('2026-11-23T06:00:00Z');

let gitHub: LocalGitHub;

beforeEach(async () => {
  const workflow = {
    inputs: ['python_version', 'build_id'],
    runName: ({ python_version: python = '', build_id: build = '' }) => `numpy-tsan ${python} ${build}`,
    group: ({ python_version: python = '' }) => python,
    takesMs: () => hourMs,
    finish: () => 'success' as const,
  };
  gitHub = await startGitHub({ repository: 'own/pysan', tokens: [token], workflows: { [file]: workflow }, start });
});

afterEach(() => gitHub.stop());

function connect(env: NodeJS.ProcessEnv = {}) {
  const found = { GITHUB_API_URL: gitHub.origin, GITHUB_REPOSITORY: 'own/pysan', GITHUB_TOKEN: token, ...env };
  return findRepository(found, 1);
}

const inputs = { python_version: '3.14.10t', build_id: 'b0123456789ab' };
const begin = (): Promise<string> => startRun(connect().runs, file, 'main', inputs);
const list = (since = new Date(start)) => listRuns(connect().runs, file, since);

it('starts a run, knows where it is seen, and follows it to its end', async () => {
  const url = await begin();
  const run = { id: 1000, name: 'numpy-tsan 3.14.10t b0123456789ab', url, at: start };
  expect(await list()).toEqual([{ ...run, conclusion: undefined }]);
  await gitHub.advance(2 * hourMs);
  expect(await list()).toEqual([{ ...run, conclusion: 'success', at: start + hourMs }]);
});

it('runs one of a group at a time, the others after it', async () => {
  await begin();
  await begin();
  expect(gitHub.runs.map(({ status }) => status)).toEqual(['in_progress', 'queued']);
  expect((await list()).map(({ conclusion }) => conclusion)).toEqual([undefined, undefined]);
  await gitHub.advance(1.5 * hourMs);
  expect(gitHub.runs.map(({ status }) => status)).toEqual(['completed', 'in_progress']);
});

it('lists all pages of what is young enough', async () => {
  await begin();
  await gitHub.advance(24 * hourMs);
  for (let count = 0; count < 101; count += 1) {
    await begin();
  }
  gitHub.asked.length = 0;
  expect(await list()).toHaveLength(102);
  expect(gitHub.asked).toHaveLength(2);
  expect(await list(new Date(gitHub.now()))).toHaveLength(101);
});

it('opens, updates and closes an issue, and takes no pull request for one', async () => {
  const { issues } = connect();
  await applyIssueAction(issues, { do: 'open', title: 'numpy-tsan 3.14t fails to build', body: 'once' });
  gitHub.issues[0]?.labels.push('somebody added this');
  (gitHub.issues as object[]).push({ ...gitHub.issues[0], number: 2, pull_request: {} });
  expect(await listFailureIssues(issues)).toEqual([
    { number: 1, title: 'numpy-tsan 3.14t fails to build', body: 'once' },
  ]);
  await applyIssueAction(issues, { do: 'update', number: 1, body: 'twice', comment: 'again' });
  expect(gitHub.issues[0]).toMatchObject({ body: 'twice', comments: ['again'], state: 'open' });
  await applyIssueAction(issues, { do: 'close', number: 1, comment: 'done' });
  expect(gitHub.issues[0]).toMatchObject({ comments: ['again', 'done'], state: 'closed' });
  expect(await listFailureIssues(issues)).toEqual([]);
});

it('lists and starts runs with DISPATCH_TOKEN, and does all else with GITHUB_TOKEN', async () => {
  const { runs, issues } = connect({ DISPATCH_TOKEN: 'github_pat_runs' });
  await expect(listRuns(runs, file, new Date(start))).rejects.toThrow('it refuses the token in DISPATCH_TOKEN.');
  expect(await listFailureIssues(issues)).toEqual([]);
  expect(gitHub.asked.map((it) => it.token)).toEqual(['github_pat_runs', token]);
});

describe('in trouble', () => {
  const down: LocalReply = { status: 502, body: { message: 'Server Error' } };
  const exhausted: LocalReply = {
    status: 403,
    body: { message: 'API rate limit exceeded' },
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' },
  };

  function answerFirst(count: number, reply: LocalReply | 'breaks off'): void {
    let left = count;
    gitHub.trouble = () => (left-- > 0 ? reply : undefined);
  }

  it.each<[string, LocalReply | 'breaks off']>([
    ['an outage', down],
    ['a lost connection', 'breaks off'],
    ['a secondary limit', secondaryLimit],
    ['a limit', exhausted],
  ])('asks again after %s', async (_, reply) => {
    answerFirst(2, reply);
    expect(await list()).toEqual([]);
    expect(gitHub.asked).toHaveLength(3);
  });

  it.each<[string, LocalReply | 'breaks off']>([
    ['an outage', down],
    ['a lost connection', 'breaks off'],
  ])('starts nothing a second time after %s', async (_, reply) => {
    answerFirst(1, reply);
    await expect(begin()).rejects.toThrow(/^GitHub .* POST .*dispatches: /);
    expect(gitHub.asked).toHaveLength(1);
  });

  it('starts a run after a secondary limit, which kept it from starting', async () => {
    answerFirst(1, secondaryLimit);
    await begin();
    expect(gitHub.runs).toHaveLength(1);
  });

  it('does not wait for an hour', async () => {
    answerFirst(9, { ...secondaryLimit, headers: { 'retry-after': '3600' } });
    await expect(list()).rejects.toThrow(/it limits requests\. Try again after \S+Z\.$/);
    expect(gitHub.asked).toHaveLength(1);
  });

  it.each<[string, LocalReply, RegExp]>([
    ['what is down', down, /runs\?.*: Server Error.*Try again later$/],
    [
      'a refused token',
      { status: 401, body: { message: 'Bad credentials' } },
      /refuses the token in GITHUB_TOKEN\. Create/,
    ],
    [
      'a lacking right',
      { status: 403, body: { message: 'Resource not accessible' } },
      /the token in GITHUB_TOKEN lacks a right for that \(Resource/,
    ],
    ['what is switched off', { status: 410, body: { message: 'Issues are disabled.' } }, /disabled\. Enable issues: /],
    ['another shape', { status: 200, body: [{ surprise: true }] }, /did not answer as documented/],
    [
      'nothing there',
      { status: 404, body: { message: 'Not Found' } },
      /GitHub has no workflow docker_image_numpy\.yml, or/,
    ],
  ])('says so of %s, with no token in the error', async (_, reply, message) => {
    answerFirst(99, reply);
    const error: unknown = await list().catch((it: unknown) => it);
    expect(isExpected(error)).toBe(true);
    expect(String(error)).toMatch(message);
    expect(inspect(error, { depth: 20 })).not.toContain(token);
  });

  it('says which input a workflow lacks', async () => {
    const answer = startRun(connect().runs, file, 'main', { colour: 'blue' });
    await expect(answer).rejects.toThrow(/Unexpected inputs provided: \["colour"\]/);
  });
});

it.each([
  [{ GITHUB_REPOSITORY: '' }, /owner\/name, not ""/],
  [{ GITHUB_REPOSITORY: 'pysan' }, /owner\/name, not "pysan"/],
  [{ GITHUB_TOKEN: '' }, /GitHub needs a token/],
])('is told %j', (env, message) => {
  expect(() => connect(env)).toThrow(message);
});
