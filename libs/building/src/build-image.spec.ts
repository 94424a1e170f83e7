import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Build, EngineError, ProductError, referenceOf, UsageError } from '@pysan/model';
import { labelsOf, madeFromLabel } from '@pysan/tagging';
import { factsOf, recordingEngine, type RecordingEngine } from '@pysan/testing/recording-engine';
import { resolutionOf } from '@pysan/testing/resolution';
import { readImageInputs } from '@pysan/workspace';

import { buildFrom, buildImage, type BuildWorld, isBuilt } from './build-image.ts';

let root: string;
let engine: RecordingEngine;
let world: BuildWorld;
let lines: string[];
let resolved: ReturnType<typeof resolutionOf>;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pysan-build-image-'));
  [engine, lines, resolved] = [recordingEngine(), [], resolutionOf()];
  for (const { image } of resolved.builds) {
    await mkdir(path.join(root, 'images', image.name), { recursive: true });
    await writeFile(path.join(root, 'images', image.name, 'Dockerfile'), 'ARG base_image=x\nFROM ${base_image}\n');
  }
  resolved = resolutionOf(await readFiles());
  engine.prints['jq'] = '1:21.1.8\n';
  world = {
    ...{ root, engine, runBuild, now: () => 0, report: (line) => lines.push(line) },
    readRecipeSource: () => Promise.resolve({ source: 'https://github.com/acme/pysan', revision: '1'.repeat(40) }),
  };
});

afterEach(() => rm(root, { recursive: true }));

/** What the Dockerfiles are at now. */
async function readFiles(): Promise<Record<string, Record<string, string>>> {
  const resolution = { ...resolved, baseIdentity: resolved.base.identity };
  const inputs = resolved.builds.map(({ image }) => readImageInputs(root, image, resolution));
  return Object.fromEntries((await Promise.all(inputs)).map(({ image, files }) => [image.name, { ...files }]));
}

const runBuild: BuildWorld['runBuild'] = ({ reference, buildArgs }) => {
  engine.asked.push(`build ${reference} from ${buildArgs['base_image'] ?? ''}`);
  hold(resolved.builds.find((build) => referenceOf(build) === reference));
  return Promise.resolve([]);
};

/** The engine has a build. */
function hold(build: Build | undefined, tags: readonly string[] = []): void {
  if (build !== undefined) {
    const names = [referenceOf(build), ...tags];
    names.forEach((name) => engine.images.set(name, factsOf('sha256:1', labelsOf(build, '{}'), names)));
  }
}

const [toolchain, cpython] = [() => resolved.builds[0] as Build, () => resolved.builds[1] as Build];
const own = (build: Build): string => referenceOf(build);

it('builds on the parent of the resolution, looks which LLVM is inside, and then moves the tags', async () => {
  hold(toolchain());
  await buildImage(world, resolved, 'cpython');
  expect(engine.asked).toEqual([
    `build ${own(cpython())} from ${own(toolchain())}`,
    'run jq',
    ...['3.13.5t', '3.13t', 'latest'].map((tag) => `tag ${own(cpython())} cpython:${tag}`),
  ]);
  expect(JSON.parse(await readFile(path.join(root, 'dist/images/cpython/3.13.5t/build.json'), 'utf8'))).toMatchObject({
    buildId: cpython().id,
  });
});

it('hands over the images that files are taken from', async () => {
  const [taken, first] = [cpython(), toolchain()];
  const image = { ...taken.image, name: 'top', takes: ['cpython'] };
  const top = { ...taken, image, inputs: { ...taken.inputs, files: {} } };
  await mkdir(path.join(root, 'images/top'));
  await writeFile(path.join(root, 'images/top/Dockerfile'), 'FROM x\n');
  const { files } = await readImageInputs(root, image, { ...resolved, baseIdentity: resolved.base.identity });
  resolved = { ...resolved, builds: [first, taken, { ...top, inputs: { ...top.inputs, files } }] };
  hold(first);
  const given: unknown[] = [];
  const watched: BuildWorld['runBuild'] = (order, report) => {
    given.push(order.buildArgs);
    return runBuild(order, report);
  };
  await expect(buildImage({ ...world, runBuild: watched }, resolved, 'top')).rejects.toThrow(
    `${own(taken)} is missing`,
  );
  hold(taken);
  await buildImage({ ...world, runBuild: watched }, resolved, 'top');
  expect(given).toMatchObject([{ base_image: own(first), cpython_image: own(taken) }]);
});

it('builds from published images by their digests, whatever the engine has, and writes that down', async () => {
  hold(cpython());
  const orders: Parameters<BuildWorld['runBuild']>[0][] = [];
  const watched: BuildWorld['runBuild'] = (order, report) => {
    orders.push(order);
    return runBuild(order, report);
  };
  const published = { name: 'ghcr.io/acme/toolchain', digest: `sha256:${'d'.repeat(64)}` };
  await buildFrom({ ...world, runBuild: watched }, resolved, 'cpython', new Map([['toolchain', published]]));
  const reference = `${published.name}@${published.digest}`;
  expect(orders.map(({ buildArgs, labels }) => [buildArgs['base_image'], labels])).toEqual([
    [
      reference,
      expect.objectContaining({
        [madeFromLabel]: JSON.stringify({ toolchain: reference }),
        'org.opencontainers.image.base.name': published.name,
        'org.opencontainers.image.base.digest': published.digest,
      }),
    ],
  ]);
});

it('builds the first of the chain on the base', async () => {
  await buildImage(world, resolved, 'toolchain');
  expect(engine.asked[0]).toBe(`build ${own(toolchain())} from pysan-base:trixie`);
});

it('builds nothing that the engine has, and moves the tags that are elsewhere', async () => {
  hold(toolchain(), ['toolchain:latest']);
  hold(cpython(), ['cpython:3.13.5t', 'cpython:3.13t']);
  await buildImage(world, resolved, 'cpython');
  expect(engine.asked).toEqual([`tag ${own(cpython())} cpython:latest`]);
});

it('builds what has the name of a build, and is another', async () => {
  hold(toolchain());
  engine.images.set(own(cpython()), factsOf('sha256:2', {}, []));
  await buildImage(world, resolved, 'cpython');
  expect(engine.asked[0]).toBe(`build ${own(cpython())} from ${own(toolchain())}`);
});

it('leaves the tag of a series on a newer release', async () => {
  hold(toolchain());
  engine.images.set('cpython:3.13t', factsOf('sha256:3', { 'org.pysan.python': '3.13.9t' }, ['cpython:3.13t']));
  await buildImage(world, resolved, 'cpython');
  expect(engine.asked.filter((it) => it.endsWith(' cpython:3.13t'))).toEqual([]);
});

it('takes a published parent, and compiles what was asked for', async () => {
  const asked: string[] = [];
  const takePublished = (build: Build): Promise<boolean> => {
    asked.push(build.image.name);
    hold(build);
    return Promise.resolve(true);
  };
  await buildImage({ ...world, takePublished }, resolved, 'toolchain');
  await buildImage({ ...world, takePublished }, resolved, 'cpython');
  expect(asked).toEqual(['toolchain']);
  expect(lines).toContain(`pulled ${own(toolchain())} in 0 s instead of building it`);
  expect(engine.asked.filter((it) => it.startsWith('build'))).toHaveLength(1);
});

it('says by a label when apt served another LLVM than the locked one', async () => {
  engine.prints['jq'] = '1:21.1.9\n';
  const labels: (string | undefined)[] = [];
  const watched: BuildWorld['runBuild'] = (order, report) => {
    labels.push(order.labels['org.pysan.llvm']);
    return runBuild(order, report);
  };
  await buildImage({ ...world, runBuild: watched }, resolved, 'toolchain');
  expect(labels).toEqual(['1:21.1.8', '1:21.1.9']);
  expect(lines.join('\n')).toMatch(/apt served LLVM 1:21\.1\.9/);
});

it.each([
  { image: 'toolchain', parent: [], base: 'docker.io/library/debian:trixie-slim', digest: 'sha256:base' },
  { image: 'cpython', parent: [], base: '', digest: '' },
  {
    image: 'cpython',
    parent: ['toolchain@sha256:local', 'ghcr.io/acme/toolchain@sha256:parent'],
    base: 'ghcr.io/acme/toolchain:b',
    digest: 'sha256:parent',
  },
])('says of $image on a parent $parent where it is from, and what it is built on', async (row) => {
  hold(toolchain());
  const held = engine.images.get(own(toolchain()));
  engine.images.set(own(toolchain()), { ...(held ?? factsOf('', {}, [])), repoDigests: row.parent });
  const orders: Record<string, string>[] = [];
  const watched: BuildWorld['runBuild'] = (order, report) => {
    orders.push({ ...order.labels });
    return runBuild(order, report);
  };
  engine.images.delete(row.image === 'toolchain' ? own(toolchain()) : '');
  await buildImage({ ...world, runBuild: watched }, resolved, row.image);
  expect(orders).toEqual([
    expect.objectContaining({
      'org.opencontainers.image.source': 'https://github.com/acme/pysan',
      'org.opencontainers.image.revision': '1'.repeat(40),
      'org.opencontainers.image.base.name': expect.stringMatching(new RegExp(`^${row.base}`)),
      'org.opencontainers.image.base.digest': row.digest,
      'org.pysan.build-id': expect.stringMatching(/^[0-9a-f]{64}$/),
    }),
  ]);
});

it.each([
  {
    what: 'the parent is absent',
    prepare: () => Promise.resolve(),
    error: ProductError,
    message: / toolchain:.* is missing\. It may/,
  },
  {
    what: 'a file has changed since it was named',
    prepare: async () => {
      hold(toolchain());
      await writeFile(path.join(root, 'images/cpython/Dockerfile'), 'FROM scratch\n');
    },
    error: UsageError,
    message: /An input of cpython has changed since this command began/,
  },
])('builds nothing where $what', async ({ prepare, error, message }) => {
  await prepare();
  const failure = await buildImage(world, resolved, 'cpython').catch((it: unknown) => it);
  expect(failure).toBeInstanceOf(error);
  expect(String(failure)).toMatch(message);
  expect(engine.asked).toEqual([]);
});

it('moves no tag and leaves no record where the build fails', async () => {
  hold(toolchain());
  const failing = () => Promise.reject(new ProductError('a step failed'));
  await expect(buildImage({ ...world, runBuild: failing }, resolved, 'cpython')).rejects.toThrow('a step failed');
  expect(engine.asked).toEqual([]);
  expect(await readdir(path.join(root, 'dist/images/cpython/3.13.5t'))).toEqual([]);
});

it('moves no tag where the image has no passport, or the engine does not have it', async () => {
  hold(toolchain());
  engine.intercept = (asked) => {
    if (asked === 'run jq') {
      engine.images.delete(own(cpython()));
    }
  };
  await expect(buildImage(world, resolved, 'cpython')).rejects.toThrow(EngineError);
  expect(engine.asked.filter((it) => it.startsWith('tag'))).toEqual([]);
});

it('knows when nothing is to be built', async () => {
  hold(toolchain(), ['toolchain:latest']);
  expect(await isBuilt(world, resolved)).toBe(false);
  hold(cpython(), ['cpython:3.13.5t', 'cpython:3.13t', 'cpython:latest']);
  expect(await isBuilt(world, resolved)).toBe(true);
  expect([engine.asked, lines]).toEqual([[], resolved.builds.map((build) => `${own(build)} is up to date`)]);
});
