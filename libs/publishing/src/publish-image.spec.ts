import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Build, isExpected, referenceOf } from '@pysan/model';
import { canonicalJson } from '@pysan/planning';
import { readChecks } from '@pysan/proving';
import { attach, headManifest, listReferrers, parseNamespace, readAttachment } from '@pysan/registry';
import { openTargets } from '@pysan/releases';
import { buildTagOf, incomingTagOf, isIncomingTag, labelsOf, madeFromLabel } from '@pysan/tagging';
import { pushImage, requireImage } from '@pysan/testing/images';
import { quickly } from '@pysan/testing/local-server';
import { type MemoryRegistry, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { factsOf, recordingEngine, type RecordingEngine } from '@pysan/testing/recording-engine';
import { resolutionOf } from '@pysan/testing/resolution';
import { type Report, reportType } from '@pysan/verification';

import { publishChain, publishImage } from './publish-image.ts';
import type { PublishWorld } from './publish-world.ts';

let root: string;
let registry: MemoryRegistry;
let engine: RecordingEngine;
let world: PublishWorld;
let verdict: Report['verdict'];
/** How many images came: each is another one, as of another moment. */
let pushes: number;
/** What the signatures of each image cover. */
let signed: Map<string, Set<string>>;

const resolved = resolutionOf();
const nameOf = (build: Build): string => `${registry.host}/acme/${build.image.name}`;

beforeEach(async () => {
  [root, registry] = [await mkdtemp(path.join(tmpdir(), 'pysan-publish-')), await startMemoryRegistry()];
  pushes = 0;
  [engine, verdict, signed] = [recordingEngine(), 'pass', new Map()];
  for (const { image } of resolved.builds) {
    await mkdir(path.join(root, 'images', image.name, 'checks'), { recursive: true });
  }
  prepare(engine);
  world = worldOf();
});

/** An engine whose pulls and pushes come and go, and whose containers tell what is inside. */
function prepare(engine: RecordingEngine): void {
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
    return asked.startsWith('push ') ? receive(engine, asked.slice(5)) : undefined;
  };
}

afterEach(async () => {
  registry.stop();
  await rm(root, { recursive: true });
});

/** What the command of one moment works with; the registry stays. */
function worldOf(own = engine): PublishWorld {
  const env = { DOCKER_CONFIG: '/nonexistent' };
  const note = (text: string): void => void own.asked.push(text);
  return {
    ...{ root, host: registry.host, engine: own, env: {}, report: () => undefined, now: () => new Date('2026-05-01') },
    checkout: { project: 'https://github.com/acme/pysan', commit: '1'.repeat(40) },
    target: openTargets(parseNamespace(`${registry.host}/acme`), env, quickly()),
    signer: {
      description: 'signed',
      verify: (reference) => {
        const covers = signed.get(reference);
        return Promise.resolve(covers === undefined ? { refusal: 'it has no signature' } : { covers });
      },
      sign: (reference, covered) => {
        note(['sign', ...Object.keys(covered)].join(' '));
        signed.set(reference, new Set([...(signed.get(reference) ?? []), ...Object.values(covered)]));
        return Promise.resolve();
      },
    },
    buildImage: (_, image, from) => {
      note(`build ${image}`);
      const references = [...from].map(([needed, { name, digest }]) => [needed, `${name}@${digest}`]);
      const build = buildNamed(image);
      const labels = {
        ...labelsOf(build, canonicalJson(build.inputs)),
        [madeFromLabel]: JSON.stringify(Object.fromEntries(references)),
      };
      own.images.set(referenceOf(build), factsOf('sha256:1', labels, []));
      return Promise.resolve();
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
async function receive(engine: RecordingEngine, remote: string): Promise<void> {
  const [, name = '', tag = ''] = /\/acme\/([^:]+):(.*)$/.exec(remote) ?? [];
  const build = buildNamed(name);
  const labels = engine.images.get(remote)?.labels ?? {};
  pushes += 1;
  const created = new Date(Date.UTC(2026, 4, 1, 0, 0, pushes)).toISOString();
  engine.pushed = await pushImage(world.target(name).repository, {
    inputs: build.inputs,
    labels,
    created,
    tags: [tag],
  });
}

/** Somebody else's image under the tag of a build: it has all labels, a report that says pass, and no signature. */
async function forge(name: string, ...tags: string[]): Promise<string> {
  const build = buildNamed(name);
  const labels = labelsOf(build, canonicalJson(build.inputs));
  const { repository } = world.target(name);
  const digest = await pushImage(repository, { inputs: build.inputs, labels, tags: [buildTagOf(build), ...tags] });
  const subject = await requireImage(repository, digest);
  const document = Buffer.from(JSON.stringify({ ...(await reportOf(build)), verdict: 'pass' }));
  await attach(repository, subject, reportType, document, new Date('2026-05-02'));
  return digest;
}

async function publish(): Promise<string> {
  return publishChain(world, resolved).then(
    () => '',
    (error: unknown) => (isExpected(error) ? error.message : String(error)),
  );
}

const tagsOf = (name: string): string[] => [...(registry.repositories.get(`acme/${name}`)?.tags.keys() ?? [])];
async function digestOf(name: string, tag: string): Promise<string> {
  return (await headManifest(world.target(name).repository, tag)) ?? fail(`${name}:${tag}`);
}
const publicTags = (name: string): string[] =>
  tagsOf(name)
    .filter((tag) => !/-b[0-9a-f]{12}$|^b[0-9a-f]{12}$|^sha256-/.test(tag))
    .toSorted();

it('builds, pushes, signs, verifies what comes back, attaches and signs that, and then moves the tags', async () => {
  expect(await publish()).toBe('');
  expect(engine.asked.map((it) => it.replaceAll(/ \S+\/acme\/(\w+)[:@]\S+/g, ' $1').replace(/ \S+:\S+/, ''))).toEqual(
    ['toolchain', 'cpython'].flatMap((name) => [
      ...(name === 'cpython' ? ['pull toolchain'] : []),
      ...[`build ${name}`, `tag ${name}`, `push ${name}`, `untag ${name}`, 'sign'],
      ...[`pull ${name}`, `verify ${name}`, `pull ${name}`, 'run cat', 'run bash'],
      'sign report passport sbom provenance',
    ]),
  );
  expect(publicTags('cpython')).toEqual(['3.13.5t', '3.13t']);
});

it('gives the tag of a build to what is signed only', async () => {
  const { sign } = world.signer;
  let named: unknown[] = [];
  world = {
    ...world,
    signer: {
      ...world.signer,
      sign: (reference, covered) => {
        named = Object.keys(covered).length === 0 ? [...named, ...tagsOf('toolchain'), ...tagsOf('cpython')] : named;
        return sign(reference, covered);
      },
    },
  };
  await publish();
  expect(named.filter((tag) => isIncomingTag(String(tag)))).toHaveLength(3);
  expect(named).not.toContain(buildTagOf(buildNamed('cpython')));
});

it('writes down as the parent what the image was built FROM, also when the registry has another by then', async () => {
  await publish();
  const parent = await digestOf('toolchain', buildTagOf(buildNamed('toolchain')));
  const digest = await digestOf('cpython', buildTagOf(buildNamed('cpython')));
  const { repository } = world.target('cpython');
  const referrers = await listReferrers(repository, digest);
  const provenance = referrers.find(({ artifactType }) => artifactType === 'application/vnd.in-toto+json');
  const document = provenance === undefined ? '' : String(await readAttachment(repository, provenance));
  expect(JSON.parse(document)).toMatchObject({
    predicate: {
      buildDefinition: {
        resolvedDependencies: expect.arrayContaining([
          expect.objectContaining({ name: 'parent', digest: { sha256: parent.slice(7) } }),
        ]),
      },
    },
  });
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

it('touches no public tag, and goes no further, where an image does not pass; its report is attached and signed', async () => {
  verdict = 'fail';
  expect(await publish()).toMatch(/did not pass, so no public tag was moved/);
  expect([publicTags('toolchain'), tagsOf('cpython')]).toEqual([[], []]);
  expect(tagsOf('toolchain')).toEqual(expect.arrayContaining([buildTagOf(buildNamed('toolchain'))]));
  expect(engine.asked.filter((asked) => asked.startsWith('sign'))).toEqual(['sign', 'sign report']);
});

describe("somebody else's image under the tag of a build", () => {
  it('is built again and replaced, whatever is attached to it', async () => {
    const forged = await forge('toolchain');
    expect(await publish()).toBe('');
    expect(engine.asked).toContain('build toolchain');
    expect(await digestOf('toolchain', buildTagOf(buildNamed('toolchain')))).not.toBe(forged);
    expect(await digestOf('toolchain', 'llvm21')).not.toBe(forged);
    expect(signed.has(`${nameOf(buildNamed('toolchain'))}@${forged}`)).toBe(false);
  });

  it('is replaced when it says that it is another build, too', async () => {
    const build = buildNamed('toolchain');
    const inputs = { ...build.inputs, buildArgs: { other: '1' } };
    const tag = buildTagOf(build);
    const foreign = await pushImage(world.target('toolchain').repository, { inputs, tags: [tag] });
    expect(await publish()).toBe('');
    expect(await digestOf('toolchain', tag)).not.toBe(foreign);
    expect(engine.asked).toContain('build toolchain');
  });

  it('is refused where a public tag names it', async () => {
    const forged = await forge('toolchain', 'llvm21');
    expect(await publish()).toMatch(/is not replaced: llvm21 names it too, and it has no signature/);
    expect([engine.asked, await digestOf('toolchain', 'llvm21')]).toEqual([[], forged]);
  });

  it('is no parent', async () => {
    await forge('toolchain');
    const publication = publishImage(world, resolved, 'cpython');
    await expect(publication).rejects.toThrow(
      /toolchain.* is not published in .*: what is there is not used, since it has no signature/,
    );
    expect(engine.asked).toEqual([]);
  });

  it('proves nothing by its report, when it is ours that the report is attached to', async () => {
    await publish();
    const { repository } = world.target('toolchain');
    const digest = await digestOf('toolchain', 'llvm21');
    const document = Buffer.from(JSON.stringify({ ...(await reportOf(buildNamed('toolchain'))), verdict: 'fail' }));
    await attach(repository, await requireImage(repository, digest), reportType, document, new Date('2026-06-01'));
    engine.asked.length = 0;
    expect([await publish(), engine.asked]).toEqual(['', []]);
  });
});

describe('of two runs that make the same build', () => {
  /** Another run gives the tag to its own image, while this one does that. */
  function meanwhile(isSigned: boolean): void {
    const { buildImage } = world;
    world = {
      ...world,
      buildImage: async (...args) => {
        await buildImage(...args);
        if (args[1] === 'toolchain') {
          const other = await forge('toolchain');
          if (isSigned) {
            signed.set(`${nameOf(buildNamed('toolchain'))}@${other}`, new Set());
          }
        }
      },
    };
  }

  it('the second takes what the first has signed, and children are built on that', async () => {
    meanwhile(true);
    expect(await publish()).toBe('');
    const own = await digestOf('toolchain', buildTagOf(buildNamed('toolchain')));
    expect(await digestOf('toolchain', incomingTagOf(buildNamed('toolchain')))).not.toBe(own);
    expect(await digestOf('toolchain', 'llvm21')).toBe(own);
    expect(engine.asked).toContain(`pull ${nameOf(buildNamed('toolchain'))}@${own}`);
  });

  it('the second fails where nobody has signed what came first', async () => {
    meanwhile(false);
    expect(await publish()).toMatch(/Meanwhile something else was pushed as .*: it has no signature/);
    expect(publicTags('toolchain')).toEqual([]);
  });

  it('both end with the image of the one that wrote last', async () => {
    const other = recordingEngine();
    prepare(other);
    const [first, second] = [world, worldOf(other)];
    const answers = await Promise.all([
      publishImage(first, resolved, 'toolchain'),
      publishImage(second, resolved, 'toolchain'),
    ]);
    expect(pushes).toBe(2);
    expect(new Set(answers.map(({ digest }) => digest))).toEqual(
      new Set([await digestOf('toolchain', buildTagOf(buildNamed('toolchain')))]),
    );
    expect(await digestOf('toolchain', 'llvm21')).toBe(answers[0].digest);
  });
});

it.each(['build toolchain', 'push ', 'sign', 'verify toolchain', 'run cat', 'sign report'])(
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
      signer: {
        ...signer,
        sign: async (reference, covered) => (
          stop(['sign', ...Object.keys(covered)].join(' ')),
          signer.sign(reference, covered)
        ),
      },
    };
    expect(await publish()).toMatch(/it was cut/);
    expect(publicTags('toolchain')).toEqual([]);
    engine.intercept = whole;
    world = worldOf();
    engine.asked.length = 0;
    expect(await publish()).toBe('');
    expect(publicTags('toolchain')).toEqual(['llvm21']);
    const pushes = engine.asked.filter((asked) => asked.startsWith(`push ${nameOf(buildNamed('toolchain'))}`));
    expect(pushes).toHaveLength(['build toolchain', 'push ', 'sign'].includes(step) ? 1 : 0);
  },
);
