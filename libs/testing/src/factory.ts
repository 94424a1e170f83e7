/** A factory for the specs of the coordinator: six images at two Python tags. */
import { type BuildId, UpstreamError } from '@pysan/model';

import { coordinate, type Coordination, type Situation, type WorkflowRun } from '@pysan/coordination';
import { isObstacle, keyOf, planBuilds, type Present, type PresentReader, readPresent } from '@pysan/planning';
import { candidatesOf, imagesOf, locks, readerOf, type Scene, scene } from './world.ts';

const tracks = ['3.13t', '3.14t'];
const images = imagesOf([
  ['toolchain', undefined, ['debian'], []],
  ['cpython', 'toolchain', ['cpython'], tracks],
  ['cpython-tsan', 'cpython', ['cpython'], tracks],
  ['cpython-asan', 'cpython', ['cpython'], tracks],
  ['numpy-tsan', 'cpython-tsan', ['numpy'], tracks],
  ['numpy-asan', 'cpython-asan', ['numpy'], tracks],
]);

/** All of it wanted by the locks, without development branches. */
export const factory: Scene = {
  ...scene,
  world: { ...scene.world, images, locks: { ...locks, cpython: { ...locks.cpython, channels: [] } } },
  checks: new Map([...images.keys()].map((name) => [name, '1'.repeat(64)])),
};

const named = candidatesOf(factory);

export interface State {
  readonly read: PresentReader;
  readonly runs?: Situation['runs'];
  readonly doubts?: Situation['doubts'];
  readonly now?: number;
}

/** What the coordinator makes of a state of the factory; without `runs` GitHub has none. */
export async function coordinateFactory(state: State, wanted: Scene = factory): Promise<Coordination> {
  const candidates = wanted === factory ? named : candidatesOf(wanted);
  const planned = planBuilds(candidates, { found: await readPresent(candidates, state.read), checks: wanted.checks });
  const none = new Map([...wanted.world.images.values()].map(({ workflow }) => [workflow, []]));
  return coordinate({
    images: wanted.world.images,
    candidates,
    planned,
    runs: state.runs ?? none,
    doubts: state.doubts ?? new Map(),
    now: state.now ?? 0,
  });
}

/** The id of a build, by its key: `numpy-tsan:3.14t`. */
export function idOf(key: string, wanted: Scene = factory): BuildId {
  const build = candidatesOf(wanted).find((candidate) => keyOf(candidate) === key)?.build;
  if (build === undefined || isObstacle(build)) {
    throw new Error(`The factory does not build ${key}.`);
  }
  return build.id;
}

/** A reader of what is given, in which some keys cannot be read. */
export function readerWith(present: ReadonlyMap<string, Present>, unreadable: readonly string[]): PresentReader {
  const read = readerOf(present);
  return (query) => {
    const key = query.tag === undefined ? query.image : `${query.image}:${query.tag}`;
    return unreadable.includes(key) ? Promise.reject(new UpstreamError('it answered 503')) : read(query);
  };
}

/** A run of a workflow; `at` is in days. */
export function runOf(name: string, conclusion: string | undefined, at = 0, id = 1): WorkflowRun {
  return { id, name, conclusion, at: at * 24 * 60 * 60 * 1000, url: `https://git.test/runs/${id}` };
}
