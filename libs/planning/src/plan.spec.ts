import { describe, expect, it } from '@jest/globals';
import { UpstreamError } from '@pysan/model';

import type { Planned } from './plan.ts';
import type { Present, PresentReader } from './present.ts';
import {
  builtOf,
  describePlan,
  images,
  imagesOf,
  locks,
  planScene,
  readerOf,
  scene,
  type Scene,
} from '@pysan/testing/world';

const built = builtOf(scene);

/** The states and reasons that differ from fresh, after a change to the scene; `3.16t-dev` is left out. */
async function changesAfter(change: Partial<Scene>, present: ReadonlyMap<string, Present> = built): Promise<string[]> {
  const plan = await planScene({ ...scene, ...change }, readerOf(present));
  return describePlan(plan.filter(({ tag, state }) => tag !== '3.16t-dev' && state !== 'fresh')).split('\n');
}

function withWorld(world: Partial<Scene['world']>): Scene {
  return { ...scene, world: { ...scene.world, ...world } };
}

function withPresent(key: string, change: Partial<Present>): ReadonlyMap<string, Present> {
  return new Map([...built].map(([name, present]) => [name, name === key ? { ...present, ...change } : present]));
}

describe('whole plans', () => {
  it('of nothing built', async () => {
    expect(describePlan(await planScene(scene, readerOf(new Map())))).toBe(
      `
toolchain to-build: missing: no such image
cpython:3.13t (3.13.5t) waiting: waiting-for-parent: toolchain is to-build; missing: no such image
cpython:3.14t (3.14.10t) waiting: waiting-for-parent: toolchain is to-build; missing: no such image
cpython:3.16t-dev (?) unknown: unknown: the commit of main in https://git.test/cpython is not known: a plan does not ask git hosts
cpython-tsan:3.13t (3.13.5t) waiting: waiting-for-parent: cpython:3.13t is waiting; missing: no such image
cpython-tsan:3.14t (3.14.10t) waiting: waiting-for-parent: cpython:3.14t is waiting; missing: no such image
cpython-tsan:3.16t-dev (?) unknown: unknown: the commit of main in https://git.test/cpython is not known: a plan does not ask git hosts
numpy-tsan:3.13t (3.13.5t) waiting: waiting-for-parent: cpython-tsan:3.13t is waiting; missing: no such image
numpy-tsan:3.14t (3.14.10t) waiting: waiting-for-parent: cpython-tsan:3.14t is waiting; missing: no such image
numpy-tsan:3.16t-dev (?) unknown: unknown: the commit of main in https://git.test/cpython is not known: a plan does not ask git hosts
`.trim(),
    );
  });

  it('of all built, with the commits of the branches known', async () => {
    const commits = new Map([
      ['https://git.test/cpython main', 'a'.repeat(40)],
      ['https://git.test/numpy main', 'b'.repeat(40)],
    ]);
    const known = withWorld({ commits });
    const plan = await planScene(known, readerOf(builtOf(known)));
    expect(plan.map(({ image, tag, python, state }) => [image, tag, python, state].join(' '))).toEqual([
      'toolchain   fresh',
      'cpython 3.13t 3.13.5t fresh',
      'cpython 3.14t 3.14.10t fresh',
      'cpython 3.16t-dev 3.16t-dev fresh',
      'cpython-tsan 3.13t 3.13.5t fresh',
      'cpython-tsan 3.14t 3.14.10t fresh',
      'cpython-tsan 3.16t-dev 3.16t-dev fresh',
      'numpy-tsan 3.13t 3.13.5t fresh',
      'numpy-tsan 3.14t 3.14.10t fresh',
      'numpy-tsan 3.16t-dev 3.16t-dev fresh',
    ]);
    const moved = withWorld({ commits: new Map([...commits, ['https://git.test/numpy main', 'e'.repeat(40)]]) });
    const after = await planScene(moved, readerOf(builtOf(known)));
    expect(describePlan(after.filter(({ state }) => state !== 'fresh'))).toBe(
      'numpy-tsan:3.16t-dev (3.16t-dev) to-build: new-release: numpy bbbbbbbbbbbb → eeeeeeeeeeee',
    );
  });
});

describe('stories', () => {
  it('what is under the name of a build and not signed is built again, and what is built on it waits', async () => {
    const present = withPresent('cpython-tsan:3.14t', { foreign: 'it has no signature' });
    expect((await changesAfter({}, present)).slice(0, 1)).toEqual([
      'cpython-tsan:3.14t (3.14.10t) to-build: foreign: what is under its name is not used: it has no signature',
    ]);
  });

  it('what is proven and lacks a public tag is not fresh, takes no rebuild, and can be built upon', async () => {
    expect(await changesAfter({}, withPresent('cpython-tsan:3.14t', { lacks: ['3.14.10t', '3.14t'] }))).toEqual([
      'cpython-tsan:3.14t (3.14.10t) to-promote: unpromoted: 3.14.10t, 3.14t should name it',
    ]);
  });

  it('a new numpy concerns only those that it is for', async () => {
    const numpy = { ...locks.numpy, releases: locks.numpy.releases.filter(({ version }) => version !== '2.5.5') };
    const before = builtOf(withWorld({ locks: { ...locks, numpy } }));
    expect(await changesAfter({}, before)).toEqual([
      'numpy-tsan:3.14t (3.14.10t) to-build: new-release: numpy 2.4.6 → 2.5.5',
    ]);
  });

  it('a new CPython concerns its series, from the image that builds it upwards', async () => {
    const cpython = { ...locks.cpython, releases: locks.cpython.releases.slice(1) };
    const before = builtOf(withWorld({ locks: { ...locks, cpython } }));
    const id = (key: string, present: ReadonlyMap<string, Present>) => present.get(key)?.buildId.slice(0, 12);
    const moved = (key: string) => `${id(key, before)} → ${id(key, built)}`;
    expect(await changesAfter({}, before)).toEqual([
      'cpython:3.14t (3.14.10t) to-build: new-release: cpython 3.14.3 → 3.14.10',
      `cpython-tsan:3.14t (3.14.10t) waiting: waiting-for-parent: cpython:3.14t is to-build; new-release: cpython 3.14.3 → 3.14.10; parent-changed: cpython ${moved('cpython:3.14t')}`,
      `numpy-tsan:3.14t (3.14.10t) waiting: waiting-for-parent: cpython-tsan:3.14t is waiting; parent-changed: cpython-tsan ${moved('cpython-tsan:3.14t')}`,
    ]);
  });

  it('the same release with another sha256 is another release', async () => {
    const [first, ...others] = locks.numpy.releases;
    const numpy = {
      ...locks.numpy,
      releases: [{ ...first, sha256: '7'.repeat(64) }, ...others] as typeof locks.numpy.releases,
    };
    expect(await changesAfter(withWorld({ locks: { ...locks, numpy } }))).toEqual([
      'numpy-tsan:3.14t (3.14.10t) to-build: new-release: numpy 2.5.5 555555555555 → 2.5.5 777777777777',
    ]);
  });

  it('an edited Dockerfile is named, and so is a base or an LLVM that moved', async () => {
    expect((await changesAfter({ files: { 'cpython-tsan': '2' } }))[0]).toBe(
      'cpython-tsan:3.13t (3.13.5t) to-build: input-changed: images/cpython-tsan/Dockerfile 644 1 → 644 2',
    );
    expect((await changesAfter(withWorld({ baseIdentity: 'sha256:base2' })))[0]).toBe(
      'toolchain to-build: base-moved: base image sha256:base1 → sha256:base2',
    );
    const debian = { ...locks.debian, llvm: '1:22.1.0-1' };
    expect((await changesAfter(withWorld({ locks: { ...locks, debian } })))[0]).toBe(
      'toolchain to-build: new-release: debian 1:21.1.8-3 → 1:22.1.0-1',
    );
  });

  it('an argument that repeats no release is named', async () => {
    const tools = {
      requirements: { ...locks.tools.requirements, tools: { default: 'tools.txt', '3.13t': 'old.txt' } },
    };
    expect((await changesAfter(withWorld({ locks: { ...locks, tools } })))[0]).toBe(
      'cpython:3.13t (3.13.5t) to-build: input-changed: build argument tools_requirements tools.txt → old.txt',
    );
  });

  describe('with an image that numpy takes files from', () => {
    const shapes = ['3.13t', '3.14t'];
    const diamond = imagesOf([
      ['toolchain', undefined, ['debian'], []],
      ['cpython', 'toolchain', ['cpython'], shapes],
      ['openblas-tsan', 'toolchain', ['openblas'], []],
      ['numpy-tsan', 'cpython', ['numpy'], shapes, ['openblas-tsan']],
    ]);
    const at = (version: string): Scene => {
      const openblas = { component: 'openblas' as const, releases: [{ version, sha256: 'b'.repeat(64), path: '' }] };
      return withWorld({ images: diamond, locks: { ...locks, openblas } });
    };
    const today = at('0.3.30');
    const lines = async (present: ReadonlyMap<string, Present>): Promise<string[]> => {
      const plan = await planScene(today, readerOf(present));
      return describePlan(plan.filter(({ tag, state }) => tag !== '3.16t-dev' && state !== 'fresh')).split('\n');
    };

    it('it is planned once, before what takes from it', async () => {
      const plan = await planScene(today, readerOf(builtOf(today)));
      const names = plan.map(({ image, tag }) => `${image} ${tag ?? ''}`.trimEnd());
      expect(names.filter((name) => name.startsWith('openblas'))).toEqual(['openblas-tsan']);
      expect(names.indexOf('openblas-tsan')).toBeLessThan(names.indexOf('numpy-tsan 3.13t'));
    });

    it('a new release of it concerns it, and what takes from it at every tag, and nothing else', async () => {
      const before = builtOf(at('0.3.29'));
      const id = (present: ReadonlyMap<string, Present>) => present.get('openblas-tsan')?.buildId.slice(0, 12);
      const changed = `parent-changed: openblas-tsan ${id(before)} → ${id(builtOf(today))}`;
      const waits = 'waiting: waiting-for-parent: openblas-tsan is to-build';
      expect(await lines(before)).toEqual([
        'openblas-tsan to-build: new-release: openblas 0.3.29 → 0.3.30',
        `numpy-tsan:3.13t (3.13.5t) ${waits}; ${changed}`,
        `numpy-tsan:3.14t (3.14.10t) ${waits}; ${changed}`,
      ]);
    });

    it('all that it waits for is named', async () => {
      const present = new Map(builtOf(today));
      ['cpython:3.14t', 'openblas-tsan', 'numpy-tsan:3.14t'].forEach((key) => present.delete(key));
      expect((await lines(present)).at(-1)).toBe(
        'numpy-tsan:3.14t (3.14.10t) waiting: waiting-for-parent: cpython:3.14t is to-build; waiting-for-parent: openblas-tsan is to-build; missing: no such image',
      );
    });
  });

  it('a raised counter forces a build of all tags, and of what is built on them', async () => {
    const forced = new Map(
      [...images].map(([name, image]) => [name, name === 'cpython-tsan' ? { ...image, rebuild: 1 } : image]),
    );
    const changes = await changesAfter(withWorld({ images: forced }));
    expect(changes.slice(0, 2)).toEqual([
      'cpython-tsan:3.13t (3.13.5t) to-build: forced: rebuild none → 1',
      'cpython-tsan:3.14t (3.14.10t) to-build: forced: rebuild none → 1',
    ]);
    expect(changes).toHaveLength(4);
  });

  it('other checks ask for another proof, not for another build, and hold up no child', async () => {
    expect(await changesAfter({ checks: new Map([...scene.checks, ['cpython-tsan', '2'.repeat(64)]]) })).toEqual([
      'cpython-tsan:3.13t (3.13.5t) to-verify: proof-outdated: checks 111111111111 → 222222222222',
      'cpython-tsan:3.14t (3.14.10t) to-verify: proof-outdated: checks 111111111111 → 222222222222',
    ]);
    const unproven = new Map([...built].map(([key, { proof: _, ...present }]) => [key, present]));
    unproven.delete('numpy-tsan:3.14t');
    expect((await changesAfter({}, unproven)).at(-1)).toBe(
      'numpy-tsan:3.14t (3.14.10t) to-build: missing: no such image',
    );
  });

  it.each([
    { proof: { verdict: 'fail' }, says: 'its verification ended with fail' },
    { proof: { buildId: '0'.repeat(64) }, says: 'it was never verified' },
  ])('$says: not fresh', async ({ proof, says }) => {
    const own = built.get('numpy-tsan:3.14t')?.proof;
    const present = withPresent('numpy-tsan:3.14t', {
      proof: { buildId: '', checksHash: '', verdict: '', ...own, ...proof },
    });
    expect(await changesAfter({}, present)).toEqual([`numpy-tsan:3.14t (3.14.10t) to-verify: proof-outdated: ${says}`]);
  });

  it('a build on hold is neither fresh nor built again, and nothing is built on it', async () => {
    const present = new Map(withPresent('cpython:3.14t', { hold: 'crashes at start' }));
    present.delete('cpython-tsan:3.14t');
    expect(await changesAfter({}, present)).toEqual([
      'cpython:3.14t (3.14.10t) on-hold: on-hold: crashes at start',
      'cpython-tsan:3.14t (3.14.10t) waiting: waiting-for-parent: cpython:3.14t is on-hold; missing: no such image',
    ]);
  });

  it('what no locked release supports is not buildable, with what there is', async () => {
    const plain = imagesOf([
      ['toolchain', undefined, ['debian'], []],
      ['cpython', 'toolchain', ['cpython'], []],
      ['numpy-tsan', 'cpython', ['numpy'], ['3.14', '3.15t']],
    ]);
    const plan = await planScene(withWorld({ images: plain }), readerOf(new Map()));
    expect(describePlan(plan.filter(({ state }) => state === 'not-buildable'))).toBe(
      [
        'cpython:3.15t (?) not-buildable: not-buildable: No stable release of Python 3.15 is locked. Locked: 3.14.10, 3.14.3, 3.13.5.',
        'numpy-tsan:3.14 (?) not-buildable: not-buildable: No locked release of numpy supports Python 3.14.10. Locked: 2.5.5, 2.4.6.',
        'numpy-tsan:3.15t (?) not-buildable: not-buildable: No stable release of Python 3.15 is locked. Locked: 3.14.10, 3.14.3, 3.13.5.',
      ].join('\n'),
    );
    expect(plan.find(({ image, tag }) => image === 'cpython' && tag === '3.14')?.state).toBe('waiting');
  });
});

describe('what cannot be read', () => {
  const failing =
    (key: string, error: Error): PresentReader =>
    (query) =>
      `${query.image}:${query.tag}` === key ? Promise.reject(error) : readerOf(built)(query);

  it('is unknown: never built, never called fresh, and the others go on', async () => {
    const plan = await planScene(scene, failing('numpy-tsan:3.14t', new UpstreamError('the registry answered 503')));
    const states = new Map(plan.map(({ image, tag, state, reasons }) => [`${image}:${tag}`, { state, reasons }]));
    expect(states.get('numpy-tsan:3.14t')).toEqual({
      state: 'unknown',
      reasons: [{ code: 'unknown', what: 'the registry answered 503' }],
    });
    expect(states.get('numpy-tsan:3.13t')?.state).toBe('fresh');
  });

  it('leaves a child fresh that can be read, and one that is missing waiting', async () => {
    const reader = failing('cpython-tsan:3.14t', new UpstreamError('401'));
    const whole = await planScene(scene, reader);
    expect(whole.find(isNumpy314)?.state).toBe('fresh');
    const lacking = await planScene(scene, (query) =>
      query.image === 'numpy-tsan' ? Promise.resolve(undefined) : reader(query),
    );
    expect(lacking.find(isNumpy314)).toMatchObject({
      state: 'waiting',
      reasons: [{ code: 'waiting-for-parent', what: 'cpython-tsan:3.14t is unknown' }, { code: 'missing' }],
    });
  });

  it('is not an answer when the fault is ours', async () => {
    await expect(planScene(scene, failing('numpy-tsan:3.14t', new TypeError('a bug')))).rejects.toThrow('a bug');
  });
});

function isNumpy314({ image, tag }: Planned): boolean {
  return image === 'numpy-tsan' && tag === '3.14t';
}

it('plans 7 images at 40 Python tags in under 2 s of CPU, with one request for each', async () => {
  const series = Array.from({ length: 20 }, (_, index) => `3.${index + 10}`);
  const tracks = series.flatMap((it) => [it, `${it}t`]);
  const chain = ['toolchain', 'cpython', 'cpython-tsan', 'cpython-asan', 'numpy-tsan', 'numpy-asan', 'scipy-tsan'];
  const parents = [undefined, 'toolchain', 'cpython', 'cpython', 'cpython-tsan', 'cpython-asan', 'numpy-tsan'];
  const components = ['debian', 'cpython', 'cpython', 'cpython', 'numpy', 'numpy', 'numpy'];
  const shapes = chain.map((name, index) => [name, parents[index], [components[index] ?? ''], tracks] as const);
  const cpython = {
    ...locks.cpython,
    channels: [],
    releases: series.map((it) => ({ version: `${it}.1`, sha256: 'c'.repeat(64) })),
  };
  const numpy = {
    ...locks.numpy,
    releases: locks.numpy.releases.map((release) => ({ ...release, pythonTags: tracks })),
  };
  const large = withWorld({ images: imagesOf(shapes), locks: { ...locks, cpython, numpy } });
  const present = builtOf(large);
  const asked: string[] = [];
  const before = process.cpuUsage();

  const plan = await planScene(large, (query) => {
    asked.push(`${query.image}:${query.tag}`);
    return readerOf(present)(query);
  });

  const { user, system } = process.cpuUsage(before);
  expect(plan).toHaveLength(6 * 40 + 1);
  expect(asked).toHaveLength(plan.length);
  expect(new Set(asked).size).toBe(asked.length);
  expect(plan.filter(({ state }) => state === 'fresh' || state === 'to-verify')).toHaveLength(plan.length);
  expect((user + system) / 1e6).toBeLessThan(2);
});
