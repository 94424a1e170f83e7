import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Build, parsePythonTag, UpstreamError } from '@pysan/model';
import { computeBuildId } from '@pysan/planning';
import { connect, openRepository, parseNamespace, type Repository } from '@pysan/registry';
import { publicTagsOf, taggedOf } from '@pysan/tagging';

import { attachRecord, readNamed, readRecords } from '@pysan/releases';
import { inputsOf, pushImage } from '@pysan/testing/images';
import { type MemoryRegistry, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { type PromotionTask, promote as promoteKnowing, settleMs } from './promote.ts';

let registry: MemoryRegistry;
/** What a publication does while it lets the tags settle: nothing, unless a test says otherwise. */
let settle: () => Promise<void>;
/** Digests of images that nobody signed who counts. */
let foreign: Set<string>;
/** What signatures were asked for. */
let looked: string[];
beforeEach(async () => {
  registry = await startMemoryRegistry();
  [foreign, looked] = [new Set(), []];
  settle = () => Promise.resolve();
});
afterEach(() => registry.stop());

function open(): Repository {
  const timing = {
    timeoutMs: 5000,
    sleep: (ms: number) => (ms === settleMs ? settle() : Promise.resolve()),
    now: Date.now,
  };
  return openRepository(
    connect(parseNamespace(registry.host), { DOCKER_CONFIG: '/nonexistent' }, timing),
    'acme/numpy-tsan',
  );
}

interface Shape {
  readonly python: string;
  readonly numpy: string;
  /** Names one of several builds of the same. */
  readonly recipe?: string;
  readonly created?: string;
}

/** A build that was pushed and proven, but has no public tag yet. */
async function candidateOf({
  python,
  numpy,
  recipe = '',
  created = '2026-05-01T00:00:00Z',
}: Shape): Promise<PromotionTask> {
  const repository = open();
  const inputs = { ...inputsOf(numpy), buildArgs: { python, recipe } };
  const labels = {
    'org.pysan.python': python,
    'org.pysan.numpy': numpy,
  };
  const digest = await pushImage(repository, { inputs, labels, created });
  const image = await readNamed(repository, digest);
  if (image === undefined) {
    throw new Error(`${digest} is absent.`);
  }
  const build: Build = {
    image: {
      name: 'numpy-tsan',
      parent: 'cpython-tsan',
      sanitizer: 'thread',
      components: ['numpy'],
      tracks: [],
      workflow: '',
    },
    python: parsePythonTag(python),
    contents: [{ component: 'numpy', version: numpy, locked: true }],
    inputs,
    id: computeBuildId(inputs),
  };
  return {
    target: { repository, name: 'acme/numpy-tsan' },
    build,
    image,
    tags: publicTagsOf(taggedOf(build, '20260501')),
    now: () => new Date(),
    readSignature: (reference) => {
      looked.push(reference);
      return Promise.resolve(
        foreign.has(reference.replace(/^.*@/, '')) ? { refusal: 'it has no signature' } : { covers: new Set() },
      );
    },
  };
}

async function promote(candidate: PromotionTask): ReturnType<typeof promoteKnowing> {
  return promoteKnowing(candidate, await readRecords(candidate.target.repository, candidate.image.digest));
}

async function named(tag: string): Promise<string | undefined> {
  return (await readNamed(open(), tag))?.digest;
}

const writesOfTags = (): string[] => registry.asked.filter((it) => /^PUT .*\/manifests\/3\.14/.test(it));

it('moves the tags, and says before the first what they named', async () => {
  const [old, young] = [
    await candidateOf({ python: '3.14.3t', numpy: '2.4.5' }),
    await candidateOf({ python: '3.14.3t', numpy: '2.4.6' }),
  ];
  await promote(old);
  let recorded: Promise<unknown> | undefined;
  registry.intercept = (asked) => {
    if (/^PUT .*\/manifests\/3\.14/.test(asked)) {
      registry.intercept = () => undefined;
      recorded = readRecords(open(), young.image.digest);
    }
    return undefined;
  };
  await promote(young);
  expect(await recorded).toMatchObject({
    promotions: [{ by: 'publish', tags: expect.arrayContaining([{ tag: '3.14t', replaced: old.image.digest }]) }],
  });
  expect([await named('3.14t'), await named('3.14.3t')]).toEqual([young.image.digest, young.image.digest]);
});

it.each([
  { what: 'an older Python', shape: { python: '3.14.2t', numpy: '2.4.6' }, kept: ['3.14t'] },
  { what: 'an older numpy', shape: { python: '3.14.3t', numpy: '2.4.5' }, kept: ['3.14t', '3.14.3t'] },
])('leaves tags where they would go back to $what', async ({ shape, kept }) => {
  const now = await candidateOf({ python: '3.14.3t', numpy: '2.4.6' });
  await promote(now);
  await promote(await candidateOf(shape));
  expect(await Promise.all(kept.map(named))).toEqual(kept.map(() => now.image.digest));
});

async function pushForeign(python: string, numpy: string): Promise<string> {
  const labels = { 'org.pysan.python': python, 'org.pysan.numpy': numpy };
  const image = { inputs: inputsOf(numpy), labels, created: '2099-01-01T00:00:00Z', tags: ['3.14t', '3.14.3t'] };
  const digest = await pushImage(open(), image);
  foreign.add(digest);
  return digest;
}

it.each([
  { what: 'a newer Python', python: '3.14.99t', numpy: '2.4.6' },
  { what: 'a newer numpy', python: '3.14.3t', numpy: '99.0' },
  { what: 'a Python that cannot be compared', python: '3.14.3', numpy: '2.4.6' },
  { what: 'a label with control characters', python: '3.14.99t\u001b[2J', numpy: '2.4.6' },
])('takes its tags back from an image that is not signed and says that it has $what', async ({ python, numpy }) => {
  const own = await candidateOf({ python: '3.14.3t', numpy: '2.4.6' });
  const digest = await pushForeign(python, numpy);
  const moves = await promote(own);
  expect(moves.filter(({ from }) => from?.digest === digest).map(({ decision }) => decision.reason)).toEqual(
    Array(2).fill('what it names is foreign: it has no signature'),
  );
  expect([await named('3.14t'), await named('3.14.3t')]).toEqual([own.image.digest, own.image.digest]);
  expect(looked).toContain(`${registry.host}/acme/numpy-tsan@${digest}`);
});

it('is not overtaken by an image that is not signed, though it says that it was made later', async () => {
  const own = await candidateOf({ python: '3.14.3t', numpy: '2.4.6' });
  let pushes = 0;
  settle = async () => {
    pushes += 1;
    await (pushes === 1 ? pushForeign('3.14.3t', '2.4.6') : undefined);
  };
  await promote(own);
  expect(pushes).toBe(2);
  expect([await named('3.14t'), await named('3.14.3t')]).toEqual([own.image.digest, own.image.digest]);
});

it('looks at no signature where the labels let a tag move', async () => {
  await promote(await candidateOf({ python: '3.14.3t', numpy: '2.4.5' }));
  await promote(await candidateOf({ python: '3.14.3t', numpy: '2.4.6' }));
  expect(looked).toEqual([]);
});

it('moves nothing to what is on hold', async () => {
  const held = await candidateOf({ python: '3.14.3t', numpy: '2.4.6' });
  const { digest, manifest } = held.image;
  const record = {
    schemaVersion: 1,
    digest,
    held: true,
    reason: 'it crashes',
    at: '2026-05-01T00:00:00.000Z',
  } as const;
  await attachRecord(held.target.repository, manifest, record);
  const moves = await promote(held);
  expect(moves.map(({ decision }) => decision.reason)).toEqual(moves.map(() => `${digest} is on hold: it crashes`));
  expect(writesOfTags()).toEqual([]);
});

it('does nothing the second time', async () => {
  const candidate = await candidateOf({ python: '3.14.3t', numpy: '2.4.6' });
  await promote(candidate);
  registry.asked.length = 0;
  await promote(candidate);
  expect(registry.asked.filter((it) => it.startsWith('PUT'))).toEqual([]);
});

it('leaves one record, however often it was cut', async () => {
  const candidate = await candidateOf({ python: '3.14.3t', numpy: '2.4.6' });
  registry.intercept = (asked) => (/^PUT .*\/manifests\/3\.14/.test(asked) ? 403 : undefined);
  await expect(promote(candidate)).rejects.toThrow(UpstreamError);
  registry.intercept = () => undefined;
  await promote(candidate);
  expect((await readRecords(open(), candidate.image.digest)).promotions).toHaveLength(1);
  expect(await named('3.14t')).toBe(candidate.image.digest);
});

it.each([
  { winner: { python: '3.14.3t', numpy: '2.4.6' }, loser: { python: '3.14.2t', numpy: '2.4.6' } },
  {
    winner: { python: '3.14.3t', numpy: '2.4.6' },
    loser: { python: '3.14.3t', numpy: '2.4.5', created: '2026-06-01T00:00:00Z' },
  },
  {
    winner: { python: '3.14.3t', numpy: '2.4.6', created: '2026-06-01T00:00:00Z' },
    loser: { python: '3.14.3t', numpy: '2.4.6', recipe: 'old' },
  },
])('of two at once $winner gets the tag, whoever writes when', async ({ winner, loser }) => {
  for (const loserIsLate of [true, false]) {
    registry.repositories.clear();
    const [first, second] = [await candidateOf(winner), await candidateOf(loser)];
    holdFirstWrite('3.14t');
    await Promise.all((loserIsLate ? [second, first] : [first, second]).map(promote));
    registry.intercept = () => undefined;
    expect(await named('3.14t')).toBe(first.image.digest);
  }
});

/**
 * Of two publications that have looked at the same state, the one whose write comes first is heard last: when the other has
 * written all, and lets the tags settle. Both look again when both have written.
 */
function holdFirstWrite(tag: string): void {
  const [one, both] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  let [isHeld, settling] = [false, 0];
  registry.intercept = (asked) => {
    if (isHeld || !(asked.startsWith('PUT') && asked.endsWith(`/${tag}`))) {
      return undefined;
    }
    isHeld = true;
    return one.promise;
  };
  settle = () => {
    settling += 1;
    (settling === 1 ? one : both).resolve(undefined);
    return both.promise;
  };
}

it('ends when something else keeps writing', async () => {
  const [candidate, other] = [
    await candidateOf({ python: '3.14.3t', numpy: '2.4.6' }),
    await candidateOf({ python: '3.14.2t', numpy: '2.4.6' }),
  ];
  registry.intercept = (asked) => {
    const tags = registry.repositories.get('acme/numpy-tsan')?.tags;
    return asked.startsWith('HEAD') && tags !== undefined ? void tags.set('3.14t', other.image.digest) : undefined;
  };
  await expect(promote(candidate)).rejects.toThrow(/Another publisher is moving the tags/);
});
