import { describe, expect, it } from '@jest/globals';
import { buildName, type Image } from '@pysan/model';

import type { WorkflowRun } from './attempts.ts';
import type { Coordination, Situation } from './coordinate.ts';
import type { Present, PresentReader } from '@pysan/planning';
import { coordinateFactory, factory, idOf, readerWith, runOf } from '@pysan/testing/factory';
import { builtOf, readerOf, type Scene } from '@pysan/testing/world';

const all = builtOf(factory);
const nothing = readerOf(new Map());

function without(...keys: string[]): Map<string, Present> {
  return new Map([...all].filter(([key]) => !keys.includes(key)));
}

function changed(key: string, change: Partial<Present>, present = all): Map<string, Present> {
  return new Map([...present].map(([name, it]) => [name, name === key ? { ...it, ...change } : it]));
}

/** The runs of one workflow; the others have none. */
function runsOf(workflow: string, runs: readonly WorkflowRun[] | { unreadable: string }) {
  const names = [...factory.world.images.values()].map((image) => image.workflow);
  return new Map(names.map((name) => [name, name === workflow ? runs : []]));
}

function describeRows({ rows }: Coordination, pattern = /./): string[] {
  return rows
    .map(({ image, tag, status, why }) => `${image}${tag === undefined ? '' : `:${tag}`} ${status}: ${why}`)
    .filter((line) => pattern.test(line));
}

const name = (key: string, python: string): string => `${key.split(':')[0]} ${python} ${buildName(idOf(key))}`;
const tsan = name('cpython-tsan:3.14t', '3.14.10t');

it('dispatches nothing when all is fresh', async () => {
  const { rows, dispatches } = await coordinateFactory({ read: readerOf(all) });
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['fresh']));
  expect(dispatches).toEqual([]);
});

it('starts with the first of the chain, and each other one waits for its parent', async () => {
  const coordination = await coordinateFactory({ read: nothing });
  expect(describeRows(coordination, /toolchain|3\.14t/)).toEqual([
    'toolchain dispatched: missing: no such image',
    'cpython:3.13t waiting: toolchain is dispatched',
    'cpython:3.14t waiting: toolchain is dispatched',
    'cpython-tsan:3.14t waiting: cpython:3.14t is waiting',
    'cpython-asan:3.14t waiting: cpython:3.14t is waiting',
    'numpy-tsan:3.14t waiting: cpython-tsan:3.14t is waiting',
    'numpy-asan:3.14t waiting: cpython-asan:3.14t is waiting',
  ]);
  expect(coordination.dispatches).toEqual([
    { image: 'toolchain', workflow: 'toolchain.yml', inputs: { build_id: buildName(idOf('toolchain')) } },
  ]);
});

it('names the releases, which the lock of the branch may not have yet, and the build', async () => {
  const { dispatches } = await coordinateFactory({ read: readerOf(without('numpy-tsan:3.14t')) });
  expect(dispatches).toEqual([
    {
      image: 'numpy-tsan',
      tag: '3.14t',
      workflow: 'numpy-tsan.yml',
      inputs: {
        python_version: '3.14.10t',
        numpy_version: '2.5.5',
        build_id: buildName(idOf('numpy-tsan:3.14t')),
      },
    },
  ]);
});

describe('a parent', () => {
  const lacking = without('cpython-tsan:3.14t', 'numpy-tsan:3.14t');
  const belowSanitizers = new Map([...all].filter(([key]) => !key.includes('-')));

  it('that lacks its proof comes before its child', async () => {
    const read = readerOf(changed('cpython-tsan:3.14t', { proof: undefined as never }, without('numpy-tsan:3.14t')));
    expect(describeRows(await coordinateFactory({ read }), /tsan:3\.14t/)).toEqual([
      'cpython-tsan:3.14t dispatched: proof-outdated: it was never verified',
      'numpy-tsan:3.14t waiting: cpython-tsan:3.14t is dispatched',
    ]);
  });

  it('that runs is waited for', async () => {
    const runs = runsOf('cpython-tsan.yml', [runOf(tsan, undefined)]);
    const { dispatches, ...rest } = await coordinateFactory({ read: readerOf(lacking), runs });
    expect(dispatches).toEqual([]);
    expect(describeRows(rest as Coordination, /tsan:3\.14t/)).toEqual([
      'cpython-tsan:3.14t running: a run for it has not ended',
      'numpy-tsan:3.14t waiting: cpython-tsan:3.14t is running',
    ]);
  });

  it('that failed blocks its children and nobody else', async () => {
    const runs = runsOf('cpython-tsan.yml', [runOf(tsan, 'failure')]);
    const { rows, dispatches } = await coordinateFactory({ read: readerOf(belowSanitizers), runs });
    expect(describeRows({ rows, dispatches }, /tsan:3\.14t/)).toEqual([
      'cpython-tsan:3.14t failed: it failed; the next try is not before 1970-01-02T00:00:00.000Z',
      'numpy-tsan:3.14t blocked: cpython-tsan:3.14t is failed',
    ]);
    expect(dispatches).toHaveLength(3);
  });

  it.each([
    ['cpython-tsan:3.14t', 'blocked: cpython-tsan:3.14t is on-hold'],
    ['cpython:3.14t', 'blocked: cpython-tsan:3.14t is blocked'],
  ])('%s on hold blocks what is to be built on it', async (key, says) => {
    const read = readerOf(
      changed(key, { hold: 'it crashes' }, key.includes('-') ? without('numpy-tsan:3.14t') : lacking),
    );
    expect(describeRows(await coordinateFactory({ read }), /numpy-tsan:3\.14t/)).toEqual([`numpy-tsan:3.14t ${says}`]);
  });
});

describe('an image that takes files from another', () => {
  const { images } = factory.world;
  const [toolchain, numpy] = [images.get('toolchain') as Image, images.get('numpy-tsan') as Image];
  const openblas = {
    ...toolchain,
    name: 'openblas-tsan',
    parent: 'toolchain',
    components: [],
    workflow: 'openblas.yml',
  };
  const below = [...images.values()].filter(({ parent }) => parent !== 'cpython-tsan');
  const diamond: Scene = {
    ...factory,
    world: {
      ...factory.world,
      images: new Map([...below, openblas, { ...numpy, takes: ['openblas-tsan'] }].map((it) => [it.name, it])),
    },
    checks: new Map([...factory.checks, ['openblas-tsan', '1'.repeat(64)]]),
  };
  const present = builtOf(diamond);
  const lack = (...keys: string[]) => readerOf(new Map([...present].filter(([key]) => !keys.includes(key))));
  const lines = async (read: PresentReader, runs?: Situation['runs']): Promise<string[]> =>
    describeRows(
      await coordinateFactory({ read, ...(runs === undefined ? {} : { runs }) }, diamond),
      /tsan(:3\.14t)? /,
    );

  it('waits for it as for its parent, while both are started side by side', async () => {
    expect(await lines(lack('cpython-tsan:3.14t', 'openblas-tsan', 'numpy-tsan:3.14t'))).toEqual([
      'openblas-tsan dispatched: missing: no such image',
      'cpython-tsan:3.14t dispatched: missing: no such image',
      'numpy-tsan:3.14t waiting: openblas-tsan is dispatched',
    ]);
    expect(await lines(lack('openblas-tsan', 'numpy-tsan:3.14t'))).toEqual([
      'openblas-tsan dispatched: missing: no such image',
      'cpython-tsan:3.14t fresh: ',
      'numpy-tsan:3.14t waiting: openblas-tsan is dispatched',
    ]);
  });

  it('is blocked where it failed, whatever its parent does', async () => {
    const failed = runOf(`openblas-tsan  ${buildName(idOf('openblas-tsan', diamond))}`, 'failure');
    const runs = new Map([...diamond.world.images.values()].map(({ workflow }) => [workflow, [] as WorkflowRun[]]));
    const read = lack('cpython-tsan:3.14t', 'openblas-tsan', 'numpy-tsan:3.14t');
    expect((await lines(read, runs.set('openblas.yml', [failed]))).at(-1)).toBe(
      'numpy-tsan:3.14t blocked: openblas-tsan is failed',
    );
  });
});

describe('a build that failed', () => {
  const read = readerOf(without('cpython-tsan:3.14t'));
  const failedTwice = runsOf('cpython-tsan.yml', [runOf(tsan, 'failure', 9, 1), runOf(tsan, 'failure', 10, 2)]);

  it.each`
    day     | says
    ${11.9} | ${/failed: it failed, 2 times in a row; the next try is not before 1970-01-13/}
    ${12}   | ${/dispatched: missing: no such image \(it failed, 2 times in a row before\)/}
  `('is tried again when its time has come: day $day', async ({ day, says }) => {
    const coordination = await coordinateFactory({ read, runs: failedTwice, now: (day as number) * 86_400_000 });
    expect(describeRows(coordination, /cpython-tsan:3\.14t/)).toEqual([expect.stringMatching(says as RegExp)]);
  });

  it('is tried at once when an input changed', async () => {
    const mended = { ...factory, files: { 'cpython-tsan': '2' } };
    const { rows } = await coordinateFactory({ read, runs: failedTwice, now: 10 * 86_400_000 }, mended);
    expect(rows.find(({ image, tag }) => image === 'cpython-tsan' && tag === '3.14t')).toMatchObject({
      status: 'dispatched',
    });
  });

  it('says so when its run succeeded and it is not there', async () => {
    const runs = runsOf('cpython-tsan.yml', [runOf(tsan, 'success')]);
    expect(describeRows(await coordinateFactory({ read, runs }), /cpython-tsan:3\.14t/)).toEqual([
      expect.stringContaining('failed: its run succeeded but did not publish this build; the next try is not before'),
    ]);
  });
});

describe('what cannot be told', () => {
  it('is unknown when the registry cannot tell, and is built over by nobody', async () => {
    const read = readerWith(without('numpy-tsan:3.14t'), ['cpython-tsan:3.14t']);
    const coordination = await coordinateFactory({ read });
    expect(describeRows(coordination, /tsan:3\.14t/)).toEqual([
      'cpython-tsan:3.14t unknown: it answered 503',
      'numpy-tsan:3.14t blocked: cpython-tsan:3.14t is unknown',
    ]);
    expect(coordination.dispatches).toEqual([]);
  });

  it('is unknown when GitHub cannot tell what runs, unless it is fresh', async () => {
    const runs = runsOf('cpython-tsan.yml', { unreadable: 'it answered 502' });
    const coordination = await coordinateFactory({ read: readerOf(without('cpython-tsan:3.14t')), runs });
    expect(describeRows(coordination, /cpython-tsan/)).toEqual([
      'cpython-tsan:3.13t fresh: ',
      'cpython-tsan:3.14t unknown: it answered 502',
    ]);
    expect(coordination.dispatches).toEqual([]);
  });

  it('is unknown, fresh by the lock or not, when its upstream cannot tell; the others go on', async () => {
    const doubts = new Map([['numpy', 'it answered 503']]);
    const read = readerOf(without('cpython-tsan:3.14t', 'numpy-asan:3.14t'));
    const coordination = await coordinateFactory({ read, doubts });
    expect(describeRows(coordination, /numpy-.*:3\.14t/)).toEqual([
      'numpy-tsan:3.14t unknown: the releases of numpy are not known: it answered 503',
      'numpy-asan:3.14t unknown: the releases of numpy are not known: it answered 503',
    ]);
    expect(coordination.dispatches.map(({ image, tag }) => `${image}:${tag}`)).toEqual(['cpython-tsan:3.14t']);
  });
});
