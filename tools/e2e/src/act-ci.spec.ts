/**
 * The steps of ci.yml's job `affected`, run by nektos/act on pull requests. 3.13.5 is the only Python here, and its small
 * chain is there: the image that is added is all that is to be made. The job `test` is one command, which `.ci/run` runs.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execa } from 'execa';

import { commitAll, initialise, runAct } from './act.ts';
import { pysan, type PysanResult } from './pysan.ts';
import { referencesOf, removeReferences } from './references.ts';
import { edit, removeCopy } from './repository-copy.ts';
import { copySmallChain } from './small-chain.ts';

const image = 'act-tsan';
const python = '3.13.5';

let folder: string;
let copy: string;
/** What the pull request was made from, and what has become of main since. */
let [base, main] = ['', ''];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-act-ci-'));
  copy = await copySmallChain();
  await initialise(copy);
  await edit(copy, 'versions/cpython/lock.json', (text) => {
    const lock = JSON.parse(text) as { readonly releases: readonly { readonly version: string }[] };
    return JSON.stringify({ ...lock, releases: lock.releases.filter(({ version }) => version === python) });
  });
  expect(await pysan(['build', 'small-cpython-tsan'], copy)).toMatchObject({ exitCode: 0 });
  base = await commitAll(copy, 'base');
  // It affects other images than the pull request does.
  await edit(copy, 'versions/numpy/lock.json', (text) => `${text}\n`);
  main = await commitAll(copy, 'main');
});

afterAll(async () => {
  await removeReferences(image);
  await removeCopy(copy);
  await rm(folder, { recursive: true });
});

function git(...args: readonly string[]): Promise<unknown> {
  return execa('git', ['-c', 'user.name=pysan', '-c', 'user.email=pysan@example.org', ...args], { cwd: copy });
}

/** Runs ci.yml on a pull request. GitHub checks out what becomes of main when it is merged. */
async function pullRequest(change: () => Promise<void>): Promise<PysanResult> {
  await git('checkout', '--quiet', '--force', '-B', 'change', base);
  await change();
  const head = await commitAll(copy, 'a change');
  await git('checkout', '--quiet', '--force', '-B', 'merge', main);
  await git('merge', '--quiet', '--no-ff', '--no-edit', 'change');
  const event = { number: 1, pull_request: { number: 1, base: { ref: 'main', sha: base }, head: { sha: head } } };
  const eventFile = path.join(folder, 'event.json');
  await writeFile(eventFile, JSON.stringify(event));
  const args = ['--job=affected', `--eventpath=${eventFile}`];
  return runAct({ copy, folder, event: 'pull_request', workflow: 'ci.yml', args });
}

/** A child of small-cpython-tsan that adds one step, and a check of what that makes. */
async function addImage(step: string): Promise<void> {
  const images = path.join(copy, 'images', image);
  const check = {
    cases: [{ title: 'it is there', proofs: [1], command: ['test', '-f', '/added'], expect: { exitCode: 0 } }],
  };
  await mkdir(path.join(images, 'checks/added'), { recursive: true });
  await writeFile(path.join(images, 'checks/added/check.json'), JSON.stringify(check));
  const executors = ['build', 'verify'].map((target) => [target, { executor: `@pysan/nx-image:${target}` }] as const);
  const project = {
    name: image,
    projectType: 'application',
    implicitDependencies: ['small-cpython-tsan'],
    targets: Object.fromEntries(executors),
    metadata: { pysan: { sanitizer: 'thread', workflow: 'docker_image_added.yml', tracks: [] } },
  };
  await writeFile(path.join(images, 'project.json'), JSON.stringify(project));
  await writeFile(
    path.join(images, 'Dockerfile'),
    `ARG base_image=small-cpython-tsan\nFROM \${base_image}\nARG build_id=\nRUN ${step}\n`,
  );
}

it('builds nothing for a change of a document', async () => {
  const { exitCode, output } = await pullRequest(() => edit(copy, 'README.md', (text) => `${text}\nMore.\n`));
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/No tasks were run/) });
});

it('builds and verifies an image that is added, and nothing else', async () => {
  const { exitCode, output } = await pullRequest(() => addImage('touch /added'));
  expect(exitCode === 0 ? '' : output).toBe('');
  expect(output).toMatch(/\| small-cpython-tsan:3\.13\.5t-b\w+ is up to date$/m);
  expect(output).toMatch(/\| act-tsan 3\.13\.5t: pass \(\d+ pass, 0 fail, /);
  expect(output).not.toMatch(/nx run small-numpy/);
  expect(await referencesOf(image)).not.toEqual([]);
});

it('is red where it cannot be built', async () => {
  const { exitCode, output } = await pullRequest(() => addImage('echo broken on purpose; false'));
  expect(exitCode).toBe(1);
  expect(output).toMatch(/broken on purpose/);
  expect(output).toMatch(/- act-tsan:build$/m);
});
