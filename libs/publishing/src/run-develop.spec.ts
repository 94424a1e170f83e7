/** A factory of development images on a GitHub that is a real HTTP server: its schedule, runs and issues. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findRepository } from '@pysan/github';
import { type LocalGitHub, secondaryLimit, startGitHub } from '@pysan/testing/github/local-github';
import { isExpected, type Release, UpstreamError } from '@pysan/model';

import { type Development, runDevelop } from './run-develop.ts';

const file = 'development.yml';
const token = 'ghs_story';
const dayMs = 24 * 60 * 60 * 1000;
/** A Tuesday, at the hour of the schedule. */
const start = Date.parse('2026-11-24T03:00:00Z');
const images: readonly {
  name: string;
  parent: string | undefined;
  takes?: readonly string[];
  sources: readonly string[];
}[] = [
  { name: 'toolchain', parent: undefined, sources: [] },
  { name: 'cpython', parent: 'toolchain', sources: ['cpython'] },
  { name: 'openblas-tsan', parent: 'toolchain', sources: [] },
  { name: 'cpython-asan', parent: 'cpython', sources: ['cpython'] },
  { name: 'cpython-tsan', parent: 'cpython', sources: ['cpython'] },
  { name: 'numpy-tsan', parent: 'cpython-tsan', takes: ['openblas-tsan'], sources: ['cpython', 'numpy'] },
  { name: 'scipy-tsan', parent: 'numpy-tsan', sources: ['cpython', 'numpy', 'scipy'] },
];

type Commits = Readonly<Record<string, string>>;
type Resolved = Awaited<ReturnType<Development<{ readonly releases: readonly Release[] }>['resolve']>>;

let gitHub: LocalGitHub;
/** What each branch is at: it moves each time somebody asks. */
let heads: Map<string, number>;
/** `numpy-tsan:3.16t-dev` → the commits that it was built from. */
let published: Map<string, Commits>;
/** The same of all that was tried. */
let tried: Map<string, Commits>;
let fails: (image: string, tag: string) => boolean;
let isDown: (image: string, tag: string) => boolean;
let problem: string | undefined;
let ended: string[];

beforeEach(async () => {
  [heads, published, tried, problem, ended] = [new Map(), new Map(), new Map(), undefined, []];
  [fails, isDown] = [() => false, () => false];
  const workflow = {
    inputs: [],
    runName: () => 'development',
    group: () => '',
    takesMs: () => dayMs / 6,
    finish: async ({ id }: { readonly id: number }) =>
      (await develop(`${gitHub.origin}/runs/${id}`)) === undefined ? ('success' as const) : ('failure' as const),
  };
  gitHub = await startGitHub({ repository: 'own/pysan', tokens: [token], workflows: { [file]: workflow }, start });
});

afterEach(() => gitHub.stop());

/** Answers the message of the error that it ends with. */
async function develop(run: string): Promise<string | undefined> {
  const env = { GITHUB_API_URL: gitHub.origin, GITHUB_REPOSITORY: 'own/pysan', GITHUB_TOKEN: token };
  const development: Development<Resolved> = {
    tags: ['3.16t-dev', '3.15t-dev'],
    images,
    resolve,
    publish,
    ended: ({ image, tag, result }, done) => {
      ended.push(`${image}:${tag} ${result.is}, done: ${done.join(' ')}`);
      return Promise.resolve();
    },
    gitHub: { issues: findRepository(env, 0.1).issues, run },
    print: () => undefined,
  };
  problem = await runDevelop(development).then(
    () => undefined,
    (error: unknown) => (isExpected(error) ? error.message : String(error)),
  );
  return problem;
}

function resolve(image: string, tag: string, commits: Commits): Promise<Resolved> {
  if (isDown(image, tag)) {
    return Promise.reject(new UpstreamError('no answer'));
  }
  const sources = images.find(({ name }) => name === image)?.sources ?? [];
  const releases = sources.map((component) => ({
    ...{ component, version: '3.16', locked: false },
    commit: commits[component] ?? ask(component),
  }));
  return Promise.resolve({ releases });
}

function ask(branch: string): string {
  heads.set(branch, (heads.get(branch) ?? 0) + 1);
  return String(heads.get(branch)).padStart(40, '0');
}

function publish(
  { image, tag }: { readonly image: string; readonly tag: string },
  { releases }: Resolved,
): Promise<number> {
  const name = `${image}:${tag}`;
  const commits = Object.fromEntries(releases.map(({ component, commit = '' }) => [component, commit]));
  tried.set(name, commits);
  if (fails(image, tag)) {
    return Promise.resolve(1);
  }
  published.set(name, commits);
  return Promise.resolve(0);
}

/** Has the schedule start a run, and waits until the next. */
async function passDays(count: number): Promise<void> {
  gitHub.start(file);
  await gitHub.advance(count * dayMs);
}

const openTitles = () => gitHub.issues.filter(({ state }) => state === 'open').map(({ title }) => title);
const commitOf = (name: string, branch: string) => published.get(name)?.[branch];

it('publishes all images of a branch in the order of the chain, from the same commits', async () => {
  await passDays(3);
  expect([...tried.keys()]).toEqual(
    ['3.16t-dev', '3.15t-dev'].flatMap((tag) => images.map(({ name }) => `${name}:${tag}`)),
  );
  for (const { name } of images.filter(({ sources }) => sources.includes('cpython'))) {
    expect(commitOf(`${name}:3.16t-dev`, 'cpython')).toBe(commitOf('cpython:3.16t-dev', 'cpython'));
  }
  expect(commitOf('scipy-tsan:3.16t-dev', 'numpy')).toBe(commitOf('numpy-tsan:3.16t-dev', 'numpy'));
  expect([problem, gitHub.issues]).toEqual([undefined, []]);
});

it('leaves the tag of what does not compile, names the commit in one issue, and closes it when a later run succeeds', async () => {
  await passDays(3);
  const before = published.get('cpython-tsan:3.16t-dev');
  fails = (image, tag) => image === 'cpython-tsan' && tag === '3.16t-dev';
  tried.clear();
  await passDays(4);
  expect(gitHub.runs.at(-1)).toMatchObject({ conclusion: 'failure' });
  expect(published.get('cpython-tsan:3.16t-dev')).toBe(before);
  expect([...tried.keys()]).toContain('cpython-asan:3.16t-dev');
  expect([...tried.keys()]).toContain('scipy-tsan:3.15t-dev');
  expect([...tried.keys()]).not.toContain('numpy-tsan:3.16t-dev');
  expect(openTitles()).toEqual(['cpython-tsan 3.16t-dev fails to build']);
  const [issue] = gitHub.issues;
  expect(issue?.body).toContain(`- cpython: ${String(tried.get('cpython-tsan:3.16t-dev')?.['cpython'])}\r\n`);
  expect(issue?.body).toMatch(/^- waiting for it: numpy-tsan, scipy-tsan\r?$/m);
  expect(issue?.body).toContain(`- run: ${gitHub.origin}/runs/1001`);
  expect(problem).toMatch(
    /:\n {2}- cpython-tsan:3\.16t-dev at cpython 0{12} failed \(waiting for it: numpy-tsan, scipy-tsan\)$/,
  );

  await passDays(3);
  expect(openTitles()).toHaveLength(1);
  expect(issue?.comments).toEqual([`Failed again: ${gitHub.origin}/runs/1002`]);

  fails = () => false;
  await passDays(4);
  expect(gitHub.runs.at(-1)).toMatchObject({ conclusion: 'success' });
  expect(published.get('cpython-tsan:3.16t-dev')).not.toBe(before);
  expect(openTitles()).toEqual([]);
  expect(gitHub.issues).toHaveLength(1);
  expect(issue?.comments.at(-1)).toBe(`Published: ${gitHub.origin}/runs/1003`);
});

it('waits for an image that files are taken from as for a parent', async () => {
  fails = (image) => image === 'openblas-tsan';
  await passDays(3);
  expect(problem).toMatch(/openblas-tsan:3\.16t-dev failed \(waiting for it: numpy-tsan, scipy-tsan\)/);
  expect(published.has('numpy-tsan:3.16t-dev')).toBe(false);
  expect(published.has('cpython-tsan:3.16t-dev')).toBe(true);
});

it('goes on with what does not need what nobody can tell, is red for it, and opens no issue', async () => {
  isDown = (image, tag) => image === 'numpy-tsan' && tag === '3.16t-dev';
  await passDays(3);
  expect(problem).toMatch(/:\n {2}- numpy-tsan:3\.16t-dev is unknown: no answer \(waiting for it: scipy-tsan\)$/);
  expect(published.size).toBe(2 * images.length - 2);
  expect(gitHub.issues).toEqual([]);
});

it('keeps its issues through limits, and says where GitHub cannot be told', async () => {
  fails = (image) => image === 'scipy-tsan';
  let left = 1;
  gitHub.trouble = () => (left-- > 0 ? secondaryLimit : undefined);
  await passDays(3);
  expect(openTitles()).toEqual(['scipy-tsan 3.16t-dev fails to build', 'scipy-tsan 3.15t-dev fails to build']);
  gitHub.trouble = () => ({ status: 403, body: { message: 'Resource not accessible by integration' } });
  await passDays(4);
  expect(problem).toMatch(/ {2}- scipy-tsan:3\.15t-dev at .* failed\n {2}- issues: GitHub answered .* lacks a right/);
});

it('opens an issue before the next image is begun, with all that will wait for it', async () => {
  const seen: string[][] = [];
  fails = (image) => {
    seen.push([image, ...openTitles()]);
    return image === 'cpython-tsan';
  };
  await passDays(3);
  expect(seen.find(([image]) => image === 'cpython-tsan')).toEqual(['cpython-tsan']);
  expect(seen.at(-1)?.slice(1)).toContain('cpython-tsan 3.16t-dev fails to build');
  expect(gitHub.issues[0]?.body).toMatch(/^- waiting for it: numpy-tsan, scipy-tsan\r?$/m);
  expect(gitHub.issues[0]?.comments).toEqual([]);
});

it('tells of each image as it ends, and which ones nothing later is made from', async () => {
  fails = (image) => image === 'numpy-tsan';
  await passDays(3);
  expect(ended.slice(0, images.length)).toEqual([
    'toolchain:3.16t-dev published, done: ',
    'cpython:3.16t-dev published, done: ',
    'openblas-tsan:3.16t-dev published, done: toolchain',
    'cpython-asan:3.16t-dev published, done: cpython-asan',
    'cpython-tsan:3.16t-dev published, done: cpython',
    'numpy-tsan:3.16t-dev failed, done: openblas-tsan cpython-tsan',
    'scipy-tsan:3.16t-dev waiting, done: numpy-tsan scipy-tsan',
  ]);
});
