/** What the coordinator never does, whatever state it finds. */
import { expect, it } from '@jest/globals';
import { buildName } from '@pysan/model';
import fc from 'fast-check';

import { formatRunName, type WorkflowRun } from './attempts.ts';
import { type Coordination, type Dispatch, isRed, nameOf as keyOf, type Situation } from './coordinate.ts';
import type { Present } from '@pysan/planning';
import { coordinateFactory, factory, idOf, readerWith, runOf, type State } from '@pysan/testing/factory';
import { builtOf } from '@pysan/testing/world';

const built = builtOf(factory);
const keys = [...built.keys()];
const pythons: Readonly<Record<string, string>> = { '3.13t': '3.13.5t', '3.14t': '3.14.10t' };
const ids = new Map(keys.map((key) => [key, idOf(key)]));
const dayMs = 24 * 60 * 60 * 1000;
/** Of the chain: each round of starts can bring one image of it. */
const depth = 4;

const presence = fc.constantFrom('fresh', 'fresh', 'absent', 'stale', 'unproven', 'failed', 'held', 'unreadable');
const conclusion = fc.constantFrom(undefined, 'success', 'failure', 'cancelled', 'timed_out', 'skipped');

type Runs = readonly WorkflowRun[] | { readonly unreadable: string };

interface World {
  readonly presence: Readonly<Record<string, string>>;
  readonly runs: Situation['runs'];
  readonly doubts: Situation['doubts'];
  readonly now: number;
}

const world: fc.Arbitrary<World> = fc.record({
  presence: fc.record(Object.fromEntries(keys.map((key) => [key, presence]))),
  runs: fc.tuple(...[...factory.world.images.keys()].map(arbitraryRuns)).map((entries) => new Map(entries)),
  doubts: fc
    .subarray(['cpython', 'numpy', 'scipy'], { maxLength: 1 })
    .map((names) => new Map(names.map((it) => [it, 'no answer']))),
  now: fc.integer({ min: 40, max: 80 }).map((day) => day * dayMs),
});

function arbitraryRuns(image: string): fc.Arbitrary<[string, Runs]> {
  const run = fc
    .record({
      tag: fc.constantFrom('3.13t', '3.14t'),
      build: fc.constantFrom('own', 'own', 'other', 'none'),
      end: conclusion,
      day: fc.integer({ min: 20, max: 60 }),
      id: fc.integer({ min: 1, max: 1e6 }),
    })
    .map(({ tag, build, end, day, id }) => runOf(nameOf(image, tag, build), end, day, id));
  const runs = fc.oneof(
    { weight: 9, arbitrary: fc.array(run, { maxLength: 6 }) },
    { weight: 1, arbitrary: fc.constant({ unreadable: 'it answered 502' }) },
  );
  return runs.map((it) => [`${image}.yml`, it]);
}

function nameOf(image: string, tag: string, build: string): string {
  const id = build === 'own' ? (ids.get(`${image}:${tag}`) ?? ids.get(image) ?? '') : 'f'.repeat(64);
  return formatRunName(image, ids.has(image) ? '' : (pythons[tag] ?? ''), build === 'none' ? '' : buildName(id));
}

/** What becomes of an image that exists, by its state; of all others nothing. */
const spoil: Readonly<Record<string, (present: Present) => Partial<Present>>> = {
  stale: ({ inputs }) => ({ buildId: '0'.repeat(64), inputs: { ...inputs, rebuild: 7 } }),
  unproven: (present) => ({ proof: { ...proofOf(present), checksHash: 'of other checks' } }),
  failed: (present) => ({ proof: { ...proofOf(present), verdict: 'fail' } }),
  held: () => ({ hold: 'it crashes' }),
};

function presentIn({ presence: states }: Pick<World, 'presence'>): Map<string, Present> {
  const there = [...built].filter(([key]) => states[key] !== 'absent');
  return new Map(there.map(([key, it]) => [key, { ...it, ...spoil[states[key] ?? '']?.(it) }]));
}

function proofOf({ proof }: Present): NonNullable<Present['proof']> {
  return proof ?? { buildId: '', checksHash: '', verdict: '' };
}

function stateOf(it: World, present = presentIn(it)): State {
  const unreadable = keys.filter((key) => it.presence[key] === 'unreadable');
  return { ...it, read: readerWith(present, unreadable) };
}

function runNameOf({ image, inputs }: Pick<Dispatch, 'image' | 'inputs'>): string {
  return formatRunName(image, inputs['python_version'] ?? '', inputs['build_id'] ?? '');
}

function runsFor({ runs }: World, { workflow }: Dispatch): readonly WorkflowRun[] {
  const found = runs.get(workflow) ?? [];
  return 'unreadable' in found ? [] : found;
}

/** Checks a claim in some hundreds of worlds. */
async function always(claim: (it: World, coordination: Coordination) => void | Promise<void>): Promise<void> {
  const property = fc.asyncProperty(world, async (it) => claim(it, await coordinateFactory(stateOf(it))));
  await fc.assert(property, { numRuns: 300 });
}

it('never starts a child before its parent is fresh, nor on one that is held or unknown', async () => {
  await always((it, { dispatches }) => {
    for (const { image, tag } of dispatches) {
      const parent = factory.world.images.get(image)?.parent;
      const state = it.presence[`${parent}:${tag}`] ?? it.presence[`${parent}`];
      expect(state).toBe(parent === undefined ? undefined : 'fresh');
    }
  });
});

it('never builds what is fresh, held or unknown', async () => {
  await always((it, { dispatches }) => {
    const states = dispatches.map((dispatch) => it.presence[keyOf(dispatch)]);
    expect(states.filter((state) => ['fresh', 'held', 'unreadable'].includes(state ?? ''))).toEqual([]);
  });
});

it('is never green with something unknown', async () => {
  await always((it, { rows }) => {
    const hasDoubt = [...it.doubts.keys()].some((component) => component !== 'scipy');
    if (hasDoubt || Object.values(it.presence).includes('unreadable')) {
      expect(rows.some(isRed)).toBe(true);
    }
    const unlisted = [...it.runs].filter(([, runs]) => 'unreadable' in runs).map(([file]) => file);
    const fresh = rows.filter(({ image }) => unlisted.includes(`${image}.yml`)).map(({ status }) => status);
    expect(fresh.filter((status) => ['dispatched', 'running', 'failed'].includes(status))).toEqual([]);
  });
});

it('never starts the same failing build twice within its back-off', async () => {
  await always((it, { dispatches }) => {
    for (const dispatch of dispatches) {
      const name = runNameOf(dispatch);
      const own = runsFor(it, dispatch).filter((run) => run.name === name);
      const failed = own.filter((run) => ['failure', 'cancelled', 'timed_out'].includes(run.conclusion ?? ''));
      const lastSuccess = Math.max(0, ...own.filter((run) => run.conclusion === 'success').map(({ at }) => at));
      const recent = failed.filter(({ at }) => at > lastSuccess);
      const days = [0, 1, 2, 4, 8, 16, 16][recent.length] ?? 16;
      expect(it.now).toBeGreaterThanOrEqual(Math.max(0, ...recent.map(({ at }) => at)) + days * dayMs);
    }
  });
});

it('never starts what runs, and nothing a second time', async () => {
  await always(async (it, { dispatches }) => {
    const before = dispatches.flatMap((dispatch) => {
      const running = runsFor(it, dispatch).filter((run) => run.conclusion === undefined);
      return running.filter(({ name }) => name.includes(dispatch.inputs['python_version'] ?? ''));
    });
    expect(before).toEqual([]);
    const again = await coordinateFactory(stateOf({ ...it, runs: withRuns(it, dispatches, undefined) }));
    expect(again.dispatches).toEqual([]);
  });
});

function withRuns({ runs }: World, dispatches: readonly Dispatch[], end: string | undefined): Situation['runs'] {
  const added = dispatches.map(({ image, workflow, inputs }) => {
    return { workflow, run: runOf(runNameOf({ image, inputs }), end, 90) };
  });
  return new Map(
    [...runs].map(([file, known]) => {
      const own = added.filter(({ workflow }) => workflow === file).map(({ run }) => run);
      return [file, 'unreadable' in known ? known : [...known, ...own]];
    }),
  );
}

it('converges when builds succeed: then all is fresh but what somebody must look at, and what that blocks', async () => {
  await always(async (it) => {
    const ended = [...it.runs].map(([file, runs]): [string, Runs] => [
      file,
      'unreadable' in runs ? runs : runs.filter((run) => run.conclusion !== undefined),
    ]);
    const quiet = { ...it, runs: new Map(ended), now: 100 * dayMs };
    const present = presentIn(quiet);
    for (let round = 0; round < depth; round += 1) {
      publish(present, (await coordinateFactory(stateOf(quiet, present))).dispatches, quiet);
    }
    const { rows, dispatches } = await coordinateFactory(stateOf(quiet, present));
    expect(dispatches).toEqual([]);
    const open = rows.filter(({ status }) => ['dispatched', 'running', 'failed'].includes(status));
    expect(open).toEqual([]);
  });
});

it('makes everything fresh where builds succeed and nothing is in the way', async () => {
  await always(async (it) => {
    const inTheWay = ['held', 'unreadable'];
    const states = Object.entries(it.presence).map(([key, state]) => [
      key,
      inTheWay.includes(state) ? 'absent' : state,
    ]);
    const presence = Object.fromEntries(states) as World['presence'];
    const runs = new Map([...it.runs.keys()].map((file): [string, Runs] => [file, []]));
    const healthy = { ...it, presence, runs, doubts: new Map(), now: 100 * dayMs };
    const present = presentIn(healthy);
    for (let round = 0; round < depth; round += 1) {
      publish(present, (await coordinateFactory(stateOf(healthy, present))).dispatches, healthy);
    }
    const { rows } = await coordinateFactory(stateOf(healthy, present));
    expect(rows.filter(({ status }) => status !== 'fresh')).toEqual([]);
    expect(rows).toHaveLength(keys.length);
  });
});

/** What a run does: it brings its build, unless that is held or cannot be told. */
function publish(present: Map<string, Present>, dispatches: readonly Dispatch[], it: World): void {
  for (const key of dispatches.map(keyOf)) {
    const made = built.get(key);
    if (made !== undefined && !['held', 'unreadable'].includes(it.presence[key] ?? '')) {
      present.set(key, made);
    }
  }
}
