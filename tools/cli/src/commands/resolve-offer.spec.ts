import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { type Accesses, findRepository } from '@pysan/github';
import { type LocalGitHub, startGitHub } from '@pysan/testing/github/local-github';
import { requireClean } from '@pysan/resolution';
import { status } from '@pysan/testing/local-server';
import { createWorld, type World } from '@pysan/testing/upstreams';
import { execa } from 'execa';

import { offer, runResolve } from './resolve.ts';

jest.setTimeout(30_000);

let world: World;
let gitHub: LocalGitHub;
let accesses: Accesses;

beforeEach(async () => {
  world = await createWorld();
  gitHub = await startGitHub({ repository: 'own/pysan', tokens: ['t'], workflows: {}, start: 0 });
  const env = { GITHUB_API_URL: gitHub.origin, GITHUB_REPOSITORY: 'own/pysan', GITHUB_TOKEN: 't' };
  accesses = findRepository(env, 1);
  await git('init', '--quiet', '--initial-branch=main');
  await commit();
});

afterEach(async () => {
  gitHub.stop();
  await world.stop();
});

async function git(...args: string[]): Promise<string> {
  return (await execa('git', args, { cwd: world.root })).stdout;
}

/** Commits what there is, and has GitHub know that. */
async function commit(): Promise<void> {
  await git('add', '--all');
  await git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--allow-empty', '--message=a');
  const sha = await git('rev-parse', 'HEAD');
  gitHub.git.commits.set(sha, { sha, message: 'a', tree: { sha: gitHub.git.write({}) }, parents: [] });
}

const generate = () => writeFile(path.join(world.root, 'README.md'), 'generated');

/** As a scheduled run: from a clean checkout to the offer. */
async function resolve(): Promise<string> {
  await git('stash', '--include-untracked', '--quiet').catch(() => undefined);
  const lines: string[] = [];
  const { root, sites } = world;
  await runResolve(
    {
      ...{ root, sites, preRelease: false, apply: true, json: false, generate },
      offer: (resolution) => offer({ root, gitHub: accesses }, resolution),
    },
    { log: () => undefined, error: (line: string) => lines.push(line) },
  ).catch((error: unknown) => lines.push(String(error)));
  return lines.join('\n');
}

it('offers the locks, and what is generated from them, with the news in the text', async () => {
  expect(await resolve()).toMatch(/^Wrote .*\nOffered in http:\S+\/pull\/1$/);
  const files = Object.keys(gitHub.git.filesOf('pysan/locks') ?? {});
  expect(files).toEqual(
    expect.arrayContaining(['README.md', 'versions/cpython/lock.json', 'versions/numpy/lock.json']),
  );
  const [pull] = gitHub.git.pulls;
  expect(pull?.title).toBe('versions: debian, cpython, numpy, some-package, openblas, openssl, tools');
  expect(pull?.body).toMatch(/numpy +3\.14t +2\.4\.6 +2\.5\.5 +new/);
  expect(pull?.body).not.toContain('up to date\r\n');
});

it('changes nothing the second time, and closes it when all is merged', async () => {
  await resolve();
  const head = gitHub.git.branches.get('pysan/locks');
  await resolve();
  expect(gitHub.git.branches.get('pysan/locks')).toBe(head);
  await commit();
  expect(await resolve()).toMatch(/There are no changes to offer\.$/);
  expect(gitHub.git.pulls).toMatchObject([{ state: 'closed' }]);
});

it('says in the text what is not known, and closes nothing for that', async () => {
  const { replies } = world.servers.pythonOrg;
  world.servers.pythonOrg.replies = Object.fromEntries(Object.keys(replies).map((url) => [url, status(503)]));
  expect(await resolve()).toMatch(/Offered in [^]*UpstreamError: These upstreams did not answer[^]*cpython/);
  expect(gitHub.git.pulls[0]?.body).toMatch(/cpython +\? +unknown/);
  await commit();
  expect(await resolve()).toMatch(/The pull request stays as it is\./);
  expect(gitHub.git.pulls).toMatchObject([{ state: 'open' }]);
});

it('refuses a working copy with changes of its own', async () => {
  await requireClean(world.root);
  await writeFile(path.join(world.root, 'mine.txt'), '');
  await expect(requireClean(world.root)).rejects.toThrow('the working copy has other changes: mine.txt.');
});
