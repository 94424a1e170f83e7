/** A small repository for the specs of the plan: images, locks, files, and what was built of them. */
import type { Image } from '@pysan/model';
import type { Locks } from '@pysan/versions';

import {
  type Candidate,
  type Evidence,
  formatReason,
  type ImageInputs,
  isObstacle,
  nameBuilds,
  planBuilds,
  type Planned,
  type Present,
  type PresentReader,
  readPresent,
  type Wanted,
  wantedBuilds,
  type World,
} from '@pysan/planning';

import { debianPackages } from './debian-packages.ts';

type Shape = readonly [
  name: string,
  parent: string | undefined,
  components: readonly string[],
  tracks: readonly string[],
  takes?: readonly string[],
];

const argNames: Readonly<Record<string, readonly string[]>> = {
  debian: ['llvm_version'],
  cpython: ['python_version', 'python_pin', 'python_commit', 'tools_requirements'],
  numpy: ['numpy_version', 'numpy_pin'],
  openblas: ['openblas_version', 'openblas_pin'],
  scipy: ['scipy_version', 'scipy_pin'],
};

/** Images by their shapes. */
export function imagesOf(shapes: readonly Shape[]): ReadonlyMap<string, Image> {
  return new Map(
    shapes.map(([name, parent, components, tracks, takes]): [string, Image] => [
      name,
      {
        name,
        parent,
        ...(takes === undefined ? {} : { takes }),
        sanitizer: undefined,
        components,
        tracks,
        workflow: `${name}.yml`,
      },
    ]),
  );
}

const sha256 = (digit: string): string => digit.repeat(64);

export const locks: Locks = {
  cpython: {
    component: 'cpython',
    repository: 'https://git.test/cpython',
    channels: [{ tag: '3.16t-dev', branch: 'main' }],
    releases: ['3.14.10', '3.14.3', '3.13.5'].map((version) => ({ version, sha256: sha256('c') })),
  },
  numpy: {
    component: 'numpy',
    repository: 'https://git.test/numpy',
    branch: 'main',
    releases: [
      { version: '2.5.5', sha256: sha256('5'), file: 'numpy-2.5.5.tar.gz', pythonTags: ['3.14t'] },
      { version: '2.4.6', sha256: sha256('4'), file: 'numpy-2.4.6.tar.gz', pythonTags: ['3.13t', '3.14t'] },
    ],
  },
  scipy: { component: 'scipy', repository: 'https://git.test/scipy', branch: 'main', releases: [] },
  openblas: { component: 'openblas', releases: [] },
  lapack: { component: 'lapack', releases: [] },
  ...debianPackages,
  packages: {},
  debian: { component: 'debian', suite: 'trixie', image: 'debian:trixie-slim', digest: null, llvm: '1:21.1.8-3' },
  tools: { requirements: { tools: { default: 'tools.txt' }, test: { default: 'test.txt' } } },
};

export const images = imagesOf([
  ['toolchain', undefined, ['debian'], []],
  ['cpython', 'toolchain', ['cpython'], ['3.13t', '3.14t']],
  ['cpython-tsan', 'cpython', ['cpython'], ['3.13t', '3.14t']],
  ['numpy-tsan', 'cpython-tsan', ['numpy'], ['3.13t', '3.14t']],
]);

export interface Scene {
  readonly world: World;
  /** What the files of each image are at; `1` where nothing is said. */
  readonly files: Readonly<Record<string, string>>;
  readonly checks: Evidence['checks'];
}

export const scene: Scene = {
  world: { images, locks, commits: new Map(), baseIdentity: 'sha256:base1' },
  files: {},
  checks: new Map([...images.keys()].map((name) => [name, sha256('1')])),
};

/** The wanted builds of a scene, named. */
export function candidatesOf({ world, files }: Scene): readonly Candidate[] {
  const wanted = wantedBuilds(world);
  return nameBuilds(
    wanted,
    wanted.map((it) => inputsOf(it, files)),
  );
}

function inputsOf({ image }: Wanted, files: Scene['files']): ImageInputs {
  return {
    image,
    argNames: image.components.flatMap((component) => argNames[component] ?? []),
    files: { [`images/${image.name}/Dockerfile`]: `644 ${files[image.name] ?? '1'}` },
  };
}

/** An engine that has all that a scene wants, built and proven, by key: `numpy-tsan:3.14t`. */
export function builtOf(scene: Scene): Map<string, Present> {
  return new Map(
    candidatesOf(scene).flatMap(({ image, tag, build }): [string, Present][] => {
      if (isObstacle(build)) {
        return [];
      }
      const proof = { buildId: build.id, checksHash: scene.checks.get(image.name) ?? '', verdict: 'pass' };
      const present = { digest: `sha256:${build.id}`, buildId: build.id, inputs: build.inputs, proof };
      return [[tag === undefined ? image.name : `${image.name}:${tag}`, present]];
    }),
  );
}

/** Reads from a map by key. */
export function readerOf(built: ReadonlyMap<string, Present>): PresentReader {
  return ({ image, tag }) => Promise.resolve(built.get(tag === undefined ? image : `${image}:${tag}`));
}

/** The plan of a scene, given what exists. */
export async function planScene(scene: Scene, read: PresentReader): Promise<readonly Planned[]> {
  const candidates = candidatesOf(scene);
  return planBuilds(candidates, { found: await readPresent(candidates, read), checks: scene.checks });
}

/** A line for each build: `numpy-tsan:3.14t (3.14.10t) waiting: …; …`. */
export function describePlan(plan: readonly Planned[]): string {
  return plan
    .map(({ image, tag, python, state, reasons }) => {
      const name = tag === undefined ? image : `${image}:${tag} (${python ?? '?'})`;
      return `${name} ${state}: ${reasons.map(formatReason).join('; ')}`;
    })
    .join('\n');
}
