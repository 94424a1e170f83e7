import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Build, isExpected, referenceOf } from '@pysan/model';
import { canonicalJson } from '@pysan/planning';
import { readChecks } from '@pysan/proving';
import { parseNamespace } from '@pysan/registry';
import { openTargets } from '@pysan/releases';
import { buildTagOf, labelsOf } from '@pysan/tagging';
import { pushImage } from '@pysan/testing/images';
import { quickly } from '@pysan/testing/local-server';
import { type MemoryRegistry, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { factsOf, recordingEngine, type RecordingEngine } from '@pysan/testing/recording-engine';
import { resolutionOf } from '@pysan/testing/resolution';
import type { Report } from '@pysan/verification';

import { publishChain } from './publish-image.ts';
import type { PublishWorld } from './publish-world.ts';

let root: string;
let registry: MemoryRegistry;
let engine: RecordingEngine;
let world: PublishWorld;
let verdict: Report['verdict'];
let signed: Set<string>;

const resolved = resolutionOf();
const nameOf = (build: Build): string => `${registry.host}/acme/${build.image.name}`;

beforeEach(async () => {
  [root, registry] = [await mkdtemp(path.join(tmpdir(), 'pysan-publish-')), await startMemoryRegistry()];
  [engine, verdict, signed] = [recordingEngine(), 'pass', new Set()];
  for (const { image } of resolved.builds) {
    await mkdir(path.join(root, 'images', image.name, 'checks'), { recursive: true });
  }
  engine.prints['cat'] = '{}';
  engine.prints['bash'] = JSON.stringify({
    os_release: '',
    packages: 'zlib1g\t1\tamd64\tzlib\t1',
    copyrights: '',
    metadata: '',
    sources: [],
  });
  engine.intercept = (asked) => {
    if (asked.startsWith('pull ')) {
      engine.images.set(asked.slice(5), factsOf('sha256:1', {}, []));
    }
    return asked.startsWith('push ') ? receive(asked.slice(5)) : undefined;
  };
  world = worldOf();
});

afterEach(async () => {
  registry.stop();
  await rm(root, { recursive: true });
});

/** What the command of one moment works with; the registry stays. */
function worldOf(): PublishWorld {
  const env = { DOCKER_CONFIG: '/nonexistent' };
  const note = (text: string): void => void engine.asked.push(text);
  return {
    ...{ root, host: registry.host, engine, env: {}, report: () => undefined, now: () => new Date('2026-05-01') },
    checkout: { project: 'https://github.com/acme/pysan', commit: '1'.repeat(40) },
    target: openTargets(parseNamespace(`${registry.host}/acme`), env, quickly()),
    signer: {
      description: 'signed',
      findRefusal: (reference) => Promise.resolve(signed.has(reference) ? undefined : 'it has no signature'),
      sign: (reference) => {
        note('sign');
        signed.add(reference);
        return Promise.resolve();
      },
    },
    buildImage: (_, image) => {
      note(`build ${image}`);
      const build = buildNamed(image);
      engine.images.set(referenceOf(build), factsOf('sha256:1', labelsOf(build, canonicalJson(build.inputs)), []));
      return Promise.resolve();
    },
    takePublished: ({ image }) => {
      note(`take ${image.name}`);
      return Promise.resolve(true);
    },
    verify: async (image) => {
      note(`verify ${image}`);
      return reportOf(buildNamed(image));
    },
  };
}

function buildNamed(name: string): Build {
  return resolved.builds.find(({ image }) => image.name === name) ?? fail(name);
}

function fail(what: string): never {
  throw new Error(`${what} is absent.`);
}

async function reportOf({ image, id: buildId }: Build): Promise<Report> {
  const chain = resolved.builds.slice(0, resolved.builds.findIndex((it) => it.image === image) + 1);
  const { hash: checksHash } = await readChecks(
    root,
    chain.map((it) => it.image.name),
  );
  return { image: image.name, buildId, checksHash, verdict, results: [] } as unknown as Report;
}

/** The engine pushes: the registry gets the image. */
async function receive(remote: string): Promise<void> {
  const [, name = '', tag = ''] = /\/acme\/([^:]+):(.*)$/.exec(remote) ?? [];
  const build = buildNamed(name);
  const labels = labelsOf(build, canonicalJson(build.inputs));
  await pushImage(world.target(name).repository, { inputs: build.inputs, labels, tags: [tag] });
}

async function publish(): Promise<string> {
  return publishChain(world, resolved).then(
    () => '',
    (error: unknown) => (isExpected(error) ? error.message : String(error)),
  );
}

const tagsOf = (name: string): string[] => [...(registry.repositories.get(`acme/${name}`)?.tags.keys() ?? [])];
const publicTags = (name: string): string[] =>
  tagsOf(name)
    .filter((tag) => !/-b[0-9a-f]{12}$|^b[0-9a-f]{12}$|^sha256-/.test(tag))
    .toSorted();

it('pushes, verifies what comes back, attaches, signs, and then moves the tags; parents first', async () => {
  expect(await publish()).toBe('');
  expect(engine.asked.map((it) => it.replaceAll(/ \S+\/acme\/(\w+)[:@]\S+/g, ' $1').replace(/ \S+:\S+/, ''))).toEqual(
    ['toolchain', 'cpython'].flatMap((name) => [
      ...[`build ${name}`, `tag ${name}`, `push ${name}`, `untag ${name}`],
      ...[`pull ${name}`, `verify ${name}`, `pull ${name}`, 'run cat', 'run bash', 'sign'],
    ]),
  );
  expect(publicTags('cpython')).toEqual(['3.13.5t', '3.13t']);
});

it('asks the registry by one connection', async () => {
  await publish();
  expect(registry.asked.filter((asked) => asked === 'GET /v2/')).toHaveLength(1);
});

it('does nothing the second time, and lists what is attached to an image twice', async () => {
  await publish();
  [engine.asked.length, registry.asked.length] = [0, 0];
  world = worldOf();
  expect(await publish()).toBe('');
  expect(engine.asked).toEqual([]);
  expect(registry.asked.filter((asked) => !/^(GET|HEAD) /.test(asked))).toEqual([]);
  // Without the API for it, a list is the index under a tag.
  for (const { image } of resolved.builds) {
    const lists = registry.asked.filter((it) => it.startsWith(`GET /v2/acme/${image.name}/manifests/sha256-`));
    expect(lists).toHaveLength(2);
  }
});

it('touches no public tag, and goes no further, where an image does not pass; its report is attached', async () => {
  verdict = 'fail';
  expect(await publish()).toMatch(/did not pass, so no public tag was moved/);
  expect([publicTags('toolchain'), tagsOf('cpython')]).toEqual([[], []]);
  expect(tagsOf('toolchain')).toEqual(expect.arrayContaining([buildTagOf(buildNamed('toolchain'))]));
  expect(engine.asked.some((asked) => asked === 'sign')).toBe(false);
});

it.each(['build toolchain', 'push ', 'verify toolchain', 'run cat', 'sign'])(
  'moves no tag where "%s" fails, and goes on from there the next time',
  async (step) => {
    const { buildImage, verify, signer } = world;
    const stop = (text: string): void => {
      if (text.startsWith(step)) {
        throw new Error('it was cut');
      }
    };
    const whole = engine.intercept;
    engine.intercept = async (asked) => {
      stop(asked);
      await whole(asked);
    };
    world = {
      ...world,
      buildImage: async (...args) => (stop(`build ${args[1]}`), buildImage(...args)),
      verify: async (...args) => (stop(`verify ${args[0]}`), verify(...args)),
      signer: { ...signer, sign: async (reference) => (stop('sign'), signer.sign(reference)) },
    };
    expect(await publish()).toMatch(/it was cut/);
    expect(publicTags('toolchain')).toEqual([]);
    engine.intercept = whole;
    world = worldOf();
    engine.asked.length = 0;
    expect(await publish()).toBe('');
    expect(publicTags('toolchain')).toEqual(['llvm21']);
    const pushes = engine.asked.filter((asked) => asked.startsWith(`push ${nameOf(buildNamed('toolchain'))}`));
    expect(pushes).toHaveLength(['build toolchain', 'push '].includes(step) ? 1 : 0);
  },
);
