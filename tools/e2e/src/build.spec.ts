/** What `pysan build` does when something is wrong, interrupted, or done twice. numpy-tsan 3.13.5t must have been built. */
import { readdir } from 'node:fs/promises';
import { on } from 'node:events';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';
import { docker, inspectImage } from '@pysan/engine';
import { execa } from 'execa';

import { pysan, root } from './pysan.ts';
import { referencesOf } from './references.ts';
import { copyRepository, edit, removeCopy } from './repository-copy.ts';
import { python, useSmallChain } from './small-chain.ts';

/** Never built by any other test, so that there is something to build. */
const unbuilt = '3.13.15';

const chain = useSmallChain();

async function temporaryFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('pysan-build-'));
}

async function waitForOutput(stream: Readable, text: string): Promise<void> {
  let seen = '';
  for await (const [chunk] of on(stream, 'data')) {
    seen += String(chunk);
    if (seen.includes(text)) {
      return;
    }
  }
}

describe('bad input', () => {
  it.each([
    { args: ['numpy-tsn'], message: /no image "numpy-tsn".*numpy-tsan/ },
    { args: ['numpy-tsan', '--python', '3.13.x'], message: /"3\.13\.x" is not a Python tag.*3\.14\.3t/ },
    { args: ['numpy-tsan', '--python', '3.12t'], message: /No stable release of Python 3\.12 is locked.*3\.13\.5/ },
    { args: ['numpy-tsan', '--python', '3.13.99', '--locked'], message: /no CPython 3\.13\.99 in the lock.*3\.13\.5/ },
    {
      args: ['numpy-tsan', '--python', '3.13.5t', '--numpy', '2.5.5'],
      message: /numpy 2\.5\.5 does not support Python 3\.13\.5t.*2\.4\.6/,
    },
    {
      args: ['numpy-tsan', '--python', '3.13.5t', '--numpy', '9.9.9', '--locked'],
      message: /no numpy 9\.9\.9 in the lock/,
    },
    { args: ['numpy-tsan', '--pyton', '3.13.5t'], message: /unknown option '--pyton'.*--python/s },
  ])('$args ends with 2 and says what there is', async ({ args, message }) => {
    const { exitCode, output } = await pysan(['build', ...args]);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: expect.stringMatching(message) });
    expect(output).not.toMatch(/^\s+at /m);
  });
});

describe('a build right after a build', () => {
  it.each([
    { what: './pysan', command: ['./pysan', 'build', 'numpy-tsan', '--python', '3.13.5t'] as const },
    {
      what: 'nx',
      command: [
        'npx',
        'nx',
        'run',
        'numpy-tsan:build',
        '--python=3.13.5t',
        '--outputStyle=stream-without-prefixes',
      ] as const,
    },
  ])('skips every image, by $what', async ({ command }) => {
    const [file, ...args] = command;
    const { stdout, stderr } = await execa(file, args, { cwd: root });
    for (const image of ['toolchain', 'cpython', 'native-tsan', 'openblas-tsan', 'cpython-tsan', 'numpy-tsan']) {
      expect(stdout + stderr).toMatch(new RegExp(`^${image}:\\S+ is up to date`, 'm'));
    }
  });
});

describe('two builds at once of the same image', () => {
  it('both succeed, on one image', async () => {
    const image = 'small-numpy-tsan';
    await docker(['image', 'rm', ...(await referencesOf(image))]);
    const args = ['build', image, '--python', python];
    const answers = await Promise.all([pysan(args, chain.folder), pysan(args, chain.folder)]);
    expect(answers.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const names = ['3.13.5t', '3.13t', 'latest'].map((tag) => `${image}:${tag}`);
    const ids = await Promise.all(names.map(async (name) => (await inspectImage(name))?.id));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^sha256:/);
  });
});

describe('Ctrl-C', () => {
  it('ends the build with 130 and leaves no tag, no container and no folder', async () => {
    await edit(chain.folder, 'images/small-cpython/Dockerfile', (text) => `${text}RUN sleep 600\n`);
    const before = await temporaryFolders();
    const child = execa('./pysan', ['build', 'small-cpython', '--python', unbuilt], {
      cwd: chain.folder,
      reject: false,
      all: true,
      detached: true,
    });
    await waitForOutput(child.all, 'sleep 600');
    await sleep(3000);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    const { exitCode } = await child;
    expect(exitCode).toBe(130);
    expect(await referencesOf(`small-cpython:${unbuilt}`)).toEqual([]);
    // The task that Nx ran may outlive Nx by a moment.
    await sleep(2000);
    expect((await temporaryFolders()).filter((name) => !before.includes(name))).toEqual([]);
    expect((await execa('pgrep', ['-f', `python_version=${unbuilt}`], { reject: false })).stdout).toBe('');
  });
});

describe('a repository with something wrong in it', () => {
  let copy: string | undefined;

  async function editCopy(file: string, change: (text: string) => string): Promise<void> {
    copy = await copyRepository();
    await edit(copy, file, change);
  }

  afterEach(() => removeCopy(copy));

  it('refuses a source whose sha256 is not the locked one, and tags nothing', async () => {
    const locked = '1e66a7945a48390ee4c2a4268a0e4185884059a13c4aab6d148aa208deea4a76';
    await editCopy('versions/cpython/lock.json', (text) => text.replace(locked, '0'.repeat(64)));
    const { exitCode, output } = await pysan(['build', 'cpython', '--python', unbuilt], copy);
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringMatching(/sha256/) });
    expect(output).toMatch(new RegExp(`0{64}[\\s\\S]*${locked}|${locked}[\\s\\S]*0{64}`));
    expect(output).toMatch(/build\.log/);
    expect(await referencesOf(`cpython:${unbuilt}`)).toEqual([]);
  });

  it.each([
    {
      file: 'versions/numpy/lock.json',
      title: 'versions/numpy/lock.json',
      change: '"sha256": "abc',
      problem: /releases\[0\]\.sha256: expected 64 hex digits/,
    },
    {
      file: 'images/numpy-tsan/project.json',
      title: 'images/',
      change: '"colour": "red",',
      problem: /images\/numpy-tsan\/project\.json: .*colour: unknown key/,
    },
  ])('lists what is wrong with $file', async ({ file, title, change, problem }) => {
    await editCopy(file, (text) => text.replace(/"sha256": "|(?<="pysan": \{)/, change));
    const { exitCode, output } = await pysan(['build', 'numpy-tsan', '--python', '3.13.5t'], copy);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: expect.stringContaining(`${title} is not valid:`) });
    expect(output).toMatch(problem);
  });
});
