/**
 * Three machines that publish the small chain at once, by the loop of docs/operating.md: `plan --ready` says what, and each
 * build is published by one of them. `ssh` stands for the way to a machine, which is a checkout of its own here.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Planned } from '@pysan/planning';
import { execa } from 'execa';
import { parse } from 'yaml';

import { commitAll, initialise } from './act.ts';
import type { Fault } from './fault-proxy.ts';
import { digestOf, servePublishing, succeed, tagsOf } from './publishing.ts';
import { type PysanResult, root } from './pysan.ts';
import { removeReferences } from './references.ts';
import { edit, removeCopy } from './repository-copy.ts';
import { copySmallChain, smallChain } from './small-chain.ts';

const machines = ['builder0', 'builder1', 'builder2'];
/** So that there are three builds of each image with a Python. */
const tracks = ['3.13t', '3.14t', '3.13'];
const served = servePublishing();

let folder: string;
let copy: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-workers-'));
  copy = await copySmallChain();
  for (const image of smallChain.slice(1)) {
    await edit(copy, `images/${image}/project.json`, (text) =>
      text.replace(/"tracks":\[.*?\]/, `"tracks":${JSON.stringify(tracks)}`),
    );
  }
  await initialise(copy);
  await commitAll(copy, 'three tracks');
  for (const machine of machines) {
    await mkdir(path.join(folder, machine));
    await cp(copy, path.join(folder, machine, 'pysan'), { recursive: true, verbatimSymlinks: true });
  }
  const ssh = '#!/bin/sh\nmachine=$1\nshift\ncd "$MACHINES/$machine" && echo "$$ $*" >job && exec setsid sh -c "$*"\n';
  await mkdir(path.join(folder, 'bin'));
  await writeFile(path.join(folder, 'bin/ssh'), ssh, { mode: 0o755 });
});

afterAll(async () => {
  await removeReferences('small-*:3.1*');
  await removeCopy(copy);
  await rm(folder, { recursive: true });
});

/** A block of code of docs/operating.md, by its first line. */
async function documented(first: string): Promise<string> {
  const text = await readFile(path.join(root, 'docs/operating.md'), 'utf8');
  const block = [...text.matchAll(/^```\w+\n([^]*?)^```$/gm)]
    .map((match) => match[1] ?? '')
    .find((it) => it.startsWith(first));
  return (block ?? '').replaceAll('ghcr.io/acme', `${served.proxy.host}/acme`);
}

async function runLoop(): Promise<PysanResult> {
  const script = await documented('#!/usr/bin/env bash\n');
  const env = { MACHINES: folder, PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
  const { exitCode, all } = await execa('bash', ['-c', script], { cwd: copy, env, reject: false, all: true });
  return { exitCode, output: all };
}

async function planReady(): Promise<readonly { readonly publish: string }[]> {
  const args = ['plan', '--from', `${served.proxy.host}/acme`, '--ready', '--json'];
  const { stdout } = await execa('./pysan', args, { cwd: copy });
  return JSON.parse(stdout) as { publish: string }[];
}

/** Each time that a tag which names one build for ever was written, as `<image>:<tag>`. */
function pushes(): string[] {
  const tags = /^\/v2\/acme\/([^/]+)\/manifests\/((?:[\d.]+t?-)?b[0-9a-f]{12})$/;
  const writes = served.proxy.asked.filter(({ method }) => method === 'PUT');
  return writes.flatMap(({ path: asked }) => tags.exec(asked)?.slice(1).join(':') ?? []);
}

/** Kills whoever publishes a build as a manifest arrives, and answers whether that has happened. */
function killOnce(build: RegExp, manifest: RegExp): () => boolean {
  let isKilled = false;
  served.proxy.inject = ({ method, path: asked }): Fault | undefined => {
    if (isKilled || method !== 'PUT' || !manifest.test(asked)) {
      return undefined;
    }
    isKilled = true;
    return { before: () => killWorker(build) };
  };
  return () => isKilled;
}

async function killWorker(build: RegExp): Promise<void> {
  const jobs = await Promise.all(machines.map((machine) => readFile(path.join(folder, machine, 'job'), 'utf8')));
  const job = jobs.find((it) => build.test(it)) ?? '';
  process.kill(-Number.parseInt(job, 10), 'SIGKILL');
}

it('has the first of the chain ready in an empty registry, as a matrix for GitLab too', async () => {
  expect(await planReady()).toEqual([
    { image: 'small-toolchain', build: expect.stringMatching(/^b\w{12}$/), publish: 'small-toolchain' },
  ]);
  const { plan } = parse(await documented('# .gitlab-ci.yml')) as { plan: { script: readonly string[] } };
  await execa('sh', ['-ec', plan.script.join('\n')], { cwd: copy, env: { REGISTRY: `${served.proxy.host}/acme` } });
  expect(parse(await readFile(path.join(copy, 'round.yml'), 'utf8'))).toEqual({
    publish: {
      parallel: { matrix: [{ BUILD: 'small-toolchain' }] },
      script: ['./pysan publish $BUILD --to "$REGISTRY" --apply'],
    },
  });
});

const cut = 'small-cpython-tsan --python=3.13.';

it('ends where a worker is killed, after the others have done their work', async () => {
  const isKilled = killOnce(
    / publish small-cpython-tsan --python=3\.13\.\d+t /,
    /\/small-cpython-tsan\/manifests\/3\.13\.\d+t-b/,
  );
  const { exitCode, output } = await runLoop();
  expect([isKilled(), exitCode]).toEqual([true, 123]);
  expect(output).not.toContain(`published ${served.proxy.host}/acme/small-numpy-tsan`);
  const ready = (await planReady()).map(({ publish }) => publish);
  expect(ready.filter((it) => it.startsWith('small-cpython-tsan'))).toEqual([expect.stringMatching(`^${cut}\\d+t$`)]);
});

it('is started again, until nothing is ready: each build made once, but the one that was cut', async () => {
  await succeed(runLoop());
  expect(await planReady()).toEqual([]);
  const times = [...Map.groupBy(pushes(), (it) => it)];
  expect(times).toHaveLength(1 + tracks.length * smallChain.length);
  const twice = times.filter(([, list]) => list.length > 1).map(([name]) => name);
  expect(twice.filter((name) => !/^small-cpython-tsan:3\.13\.\d+t-/.test(name))).toEqual([]);
});

it('leaves each tag at the build that it should name', async () => {
  const { stdout } = await execa('./pysan', ['plan', '--from', `${served.proxy.host}/acme`, '--json'], { cwd: copy });
  const builds = (JSON.parse(stdout) as Planned[]).filter(({ tag }) => tag?.endsWith('-dev') !== true);
  expect(builds.filter(({ state }) => state !== 'fresh')).toEqual([]);
  for (const { image, tag = '', python = '', present } of builds.filter((it) => it.tag !== undefined)) {
    const digests = [await digestOf(served, `acme/${image}`, tag), await digestOf(served, `acme/${image}`, python)];
    expect(digests).toEqual([present?.digest, present?.digest]);
  }
});

it('changes nothing when it is started once more', async () => {
  const before = await Promise.all(smallChain.map((image) => tagsOf(served, `acme/${image}`)));
  served.proxy.asked.length = 0;
  await succeed(runLoop());
  expect(served.proxy.asked.filter(({ method }) => method === 'PUT')).toEqual([]);
  expect(await Promise.all(smallChain.map((image) => tagsOf(served, `acme/${image}`)))).toEqual(before);
  expect((await readdir(folder)).toSorted()).toEqual(['bin', ...machines]);
});
