/** Images that take files from another than their parent: built side by side with it, interrupted, and given by hand. */
import { on } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspectImage, runContainer } from '@pysan/engine';
import type { BuildInputs } from '@pysan/model';
import { buildIdLabel, inputsLabel } from '@pysan/tagging';
import { execa } from 'execa';

import { pysan } from './pysan.ts';
import { referencesOf, removeReferences } from './references.ts';
import { edit, removeCopy } from './repository-copy.ts';
import { copySmallChain, python, takeFiles, takenImage } from './small-chain.ts';

const top = 'small-numpy-tsan';
const command = ['build', top, '--python', python];
const sideBySide = ['small-cpython', takenImage.name];

let copy: string;

beforeAll(async () => {
  copy = await copySmallChain();
  await takeFiles(copy);
});

afterAll(async () => {
  await removeCopy(copy);
  await removeReferences(takenImage.name);
});

async function build(): Promise<string> {
  const { exitCode, output } = await pysan(command, copy);
  expect(exitCode === 0 ? '' : output).toBe('');
  return output;
}

async function printed(...words: string[]): Promise<string> {
  const { stdout } = await runContainer({ image: `${top}:${python}`, command: words, network: 'none' });
  return stdout.trim();
}

async function labelsOf(reference: string): Promise<Readonly<Record<string, string>>> {
  return (await inspectImage(reference))?.labels ?? {};
}

async function namesOfBoth(): Promise<string[]> {
  return (await Promise.all(sideBySide.map(referencesOf))).flat();
}

async function waitFor(stream: Readable, patterns: readonly RegExp[]): Promise<void> {
  let seen = '';
  for await (const [chunk] of on(stream, 'data')) {
    seen += String(chunk);
    if (patterns.every((pattern) => pattern.test(seen))) {
      return;
    }
  }
}

/** A step that nothing else waits for, in both of the images that are built side by side. */
async function addStep(step: string): Promise<void> {
  for (const image of sideBySide) {
    await edit(copy, `images/${image}/Dockerfile`, (text) =>
      text.replace('ARG build_id=\n', `${step}\nARG build_id=\n`),
    );
  }
}

async function removeStep(step: string): Promise<void> {
  for (const image of sideBySide) {
    await edit(copy, `images/${image}/Dockerfile`, (text) => text.replace(`${step}\n`, ''));
  }
}

it('has the files, the inputs and the passport of both', async () => {
  await build();
  expect(await printed('cat', '/opt/blas/dot')).toBe('6');
  const inputs = JSON.parse((await labelsOf(`${top}:${python}`))[inputsLabel] ?? '') as BuildInputs;
  expect(inputs.takes).toEqual({ [takenImage.name]: (await labelsOf(`${takenImage.name}:latest`))[buildIdLabel] });
  expect(inputs.parent).toBe((await labelsOf(`small-cpython-tsan:${python}`))[buildIdLabel]);
  const passport = await printed('jq', '--raw-output', '.chain[].image, .sources[].name', '/etc/pysan/passport.json');
  const chain = ['small-toolchain', 'small-cpython', 'small-cpython-tsan', takenImage.name, top];
  expect(passport.split('\n')).toEqual([...chain, 'cpython', 'blas', 'numpy']);
});

it('is built again when what it takes from changes, and nothing else is', async () => {
  // No earlier run has built this one.
  const value = String(Date.now());
  await edit(copy, `images/${takenImage.name}/Dockerfile`, (text) => text.replace('echo 6 ', `echo ${value} `));
  const built = [...(await build()).matchAll(/^built (\S+):/gm)].map(([, image]) => image);
  expect(built).toEqual([takenImage.name, top]);
  expect(await printed('cat', '/opt/blas/dot')).toBe(value);
});

describe('Ctrl-C while two are built side by side', () => {
  const step = 'RUN sleep 611';

  it('ends both with 130 and leaves nothing half-made; the next run goes on', async () => {
    await addStep(step);
    const before = await namesOfBoth();
    const child = execa('./pysan', command, { cwd: copy, reject: false, all: true, detached: true });
    await waitFor(
      child.all,
      sideBySide.map((image) => new RegExp(`…  ${image} \\[.*sleep 611`)),
    );
    // An engine does not end what it is just about to start.
    await waitForProcesses('sleep 611', 2);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect((await child).exitCode).toBe(130);
    await waitForProcesses('sleep 611', 0);
    expect(await namesOfBoth()).toEqual(before);
    await removeStep(step);
    await addStep('RUN true');
    const output = await build();
    for (const image of sideBySide) {
      expect(output).toMatch(new RegExp(`^built ${image}:`, 'm'));
    }
  });
});

/** Waits until so many processes run a command: steps start and end some seconds after Nx says so. Fails after half a minute. */
async function waitForProcesses(command: string, count: number): Promise<void> {
  const countThem = async (): Promise<number> =>
    (await execa('pgrep', ['-x', '-f', command], { reject: false, lines: true })).stdout.length;
  for (let seconds = 0; (await countThem()) !== count; seconds += 1) {
    expect(seconds).toBeLessThan(30);
    await sleep(1000);
  }
}

describe('plain docker', () => {
  const docker = (image: string) =>
    execa(
      'docker',
      ['build', '-f', `images/${top}/Dockerfile`, '--build-arg', `small_blas_image=${image}`, '--target', 'build', '.'],
      { cwd: copy, reject: false, all: true },
    );

  it('builds with what fits', async () => {
    expect((await docker(takenImage.name)).exitCode).toBe(0);
  });

  it('refuses an image that does not fit, and says which does', async () => {
    const { exitCode, all } = await docker('small-cpython');
    expect(exitCode).not.toBe(0);
    expect(all).toContain('pysan: small_blas_image: small-cpython has the sanitizer none, expected thread.');
    expect(all).toContain('pysan: what fits: ./pysan build small-blas-tsan');
  });
});
