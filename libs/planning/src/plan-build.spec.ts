import { describe, expect, it } from '@jest/globals';
import { type Build, type Image, parsePythonTag, referenceOf, type Release } from '@pysan/model';

import { planBuild, type Resolution } from './plan-build.ts';

const resolution: Resolution = {
  platform: 'linux/amd64',
  python: parsePythonTag('3.13.5t'),
  baseIdentity: 'sha256:base',
  releases: [
    { component: 'debian', version: '1:21.1.8', locked: true },
    { component: 'cpython', version: '3.13.5', sha256: 'c'.repeat(64), locked: true },
    { component: 'numpy', version: '2.4.6', sha256: 'd'.repeat(64), locked: true },
  ],
  requirements: { tools: 'tools.txt', test: 'test-3.13t.txt' },
};

const images: Record<string, readonly string[]> = {
  toolchain: ['base_image', 'llvm_version', 'build_id'],
  cpython: ['base_image', 'python_version', 'python_pin', 'python_commit', 'tools_requirements', 'build_id'],
  'numpy-tsan': ['base_image', 'numpy_version', 'numpy_pin', 'numpy_repository', 'build_id'],
};
const components: Record<string, readonly string[]> = {
  toolchain: ['debian'],
  cpython: ['cpython'],
  'numpy-tsan': ['numpy'],
};

function planChain(changes: { resolution?: Partial<Resolution>; files?: Record<string, string> } = {}): Build[] {
  const builds: Build[] = [];
  for (const [name, argNames] of Object.entries(images)) {
    const parent = builds.at(-1);
    const image: Image = {
      name,
      parent: parent?.image.name,
      sanitizer: undefined,
      components: components[name] ?? [],
      tracks: [],
      workflow: '',
    };
    const files = { Dockerfile: changes.files?.[name] ?? `644 ${name}` };
    builds.push(planBuild({ image, argNames, files }, { ...resolution, ...changes.resolution }, builds));
  }
  return builds;
}

function changedBy(changes: Parameters<typeof planChain>[0]): string[] {
  const before = planChain();
  return planChain(changes).flatMap((build, index) => (build.id === before[index]?.id ? [] : [build.image.name]));
}

function withRelease(component: string, version: string): Partial<Resolution> {
  return { releases: resolution.releases.map((it) => (it.component === component ? { ...it, version } : it)) };
}

it('gives an image the arguments that its Dockerfile declares, and no others', () => {
  expect(planChain().map(({ inputs }) => inputs.buildArgs)).toEqual([
    { llvm_version: '1:21.1.8' },
    { python_version: '3.13.5t', python_pin: `3.13.5=${'c'.repeat(64)}`, tools_requirements: 'tools.txt' },
    { numpy_version: '2.4.6', numpy_pin: `2.4.6=${'d'.repeat(64)}` },
  ]);
});

it('gives commits and where they are, and no pin', () => {
  const origin = { commit: 'e'.repeat(40), repository: 'https://git.example/project', locked: false };
  const releases = [
    { component: 'cpython', version: '3.16', ...origin },
    { component: 'numpy', version: origin.commit, ...origin },
  ];
  const [, cpython, numpy] = planChain({ resolution: { python: parsePythonTag('3.16t-dev'), releases } });
  expect(cpython?.inputs.buildArgs).toMatchObject({
    python_version: '3.16t-dev',
    python_commit: origin.commit,
    python_pin: '',
  });
  expect(numpy?.inputs).toMatchObject({
    buildArgs: { numpy_version: origin.commit, numpy_pin: '', numpy_repository: origin.repository },
    releases: [{ component: 'numpy', version: origin.commit, commit: origin.commit }],
  });
});

it.each(['commit', 'tree'])('another %s of CPython renames it and what is above it', (origin) => {
  const at = (value: string) => planChain({ resolution: { releases: withOrigin(origin, value) } }).map(({ id }) => id);
  const [before, after] = [at('a'), at('b')];
  expect(after.map((id, index) => id === before[index])).toEqual([true, false, false]);
});

function withOrigin(origin: string, value: string): Resolution['releases'] {
  return resolution.releases.map((it) => (it.component === 'cpython' ? { ...it, [origin]: value } : it));
}

it('names the same inputs the same', () => {
  expect(changedBy({})).toEqual([]);
});

it.each([
  { what: 'another numpy', changes: { resolution: withRelease('numpy', '2.4.5') }, renamed: ['numpy-tsan'] },
  {
    what: 'another CPython',
    changes: { resolution: withRelease('cpython', '3.13.15') },
    renamed: ['cpython', 'numpy-tsan'],
  },
  { what: 'another LLVM', changes: { resolution: withRelease('debian', '1:22') }, renamed: Object.keys(images) },
  { what: 'another base', changes: { resolution: { baseIdentity: 'sha256:other' } }, renamed: Object.keys(images) },
  {
    what: 'the other flavour',
    changes: { resolution: { python: parsePythonTag('3.13.5') } },
    renamed: ['cpython', 'numpy-tsan'],
  },
  { what: 'an edited recipe', changes: { files: { cpython: '644 edited' } }, renamed: ['cpython', 'numpy-tsan'] },
  { what: 'a file made executable', changes: { files: { 'numpy-tsan': '755 numpy-tsan' } }, renamed: ['numpy-tsan'] },
  { what: 'another platform', changes: { resolution: { platform: 'linux/arm64' } }, renamed: Object.keys(images) },
  {
    what: 'other tools',
    changes: { resolution: { requirements: { tools: 'tools-3.13.txt' } } },
    renamed: ['cpython', 'numpy-tsan'],
  },
])('$what renames $renamed', ({ changes, renamed }) => {
  expect(changedBy(changes)).toEqual(renamed);
});

it('renames a build that is asked for once more, and no build that is not', () => {
  const image: Image = {
    name: 'toolchain',
    parent: undefined,
    sanitizer: undefined,
    components: ['debian'],
    tracks: [],
    workflow: '',
  };
  const inputs = { image, argNames: images['toolchain'] ?? [], files: { Dockerfile: '644 toolchain' } };
  const ids = [{}, { rebuild: 1 }, { rebuild: 2 }].map(
    (counter) => planBuild({ ...inputs, image: { ...image, ...counter } }, resolution).id,
  );
  expect(new Set([...ids, planChain()[0]?.id]).size).toBe(3);
});

describe('an image that takes files from another', () => {
  const [toolchain, cpython] = planChain() as [Build, Build];
  const shape: Image = {
    name: '',
    parent: 'toolchain',
    sanitizer: undefined,
    components: [],
    tracks: [],
    workflow: '',
  };
  const openblas: Release = { component: 'openblas', version: '0.3.29', locked: true };
  const libraries = (version: string): Build =>
    planBuild(
      { image: { ...shape, name: 'openblas-tsan', components: ['openblas'] }, argNames: [], files: {} },
      { ...resolution, releases: [...resolution.releases, { ...openblas, version }] },
      [toolchain],
    );
  const top = (taken: Build): Build =>
    planBuild(
      { image: { ...shape, name: 'numpy-tsan', parent: 'cpython', takes: ['openblas-tsan'] }, argNames: [], files: {} },
      resolution,
      [taken, toolchain, cpython],
    );

  it('names both among its inputs', () => {
    const taken = libraries('0.3.29');
    expect(top(taken).inputs).toMatchObject({ parent: cpython.id, takes: { 'openblas-tsan': taken.id } });
  });

  it('is renamed with it', () => {
    expect(top(libraries('0.3.29')).id).not.toBe(top(libraries('0.3.30')).id);
  });

  it('holds what is in both, each once', () => {
    const { contents, python } = top(libraries('0.3.29'));
    expect(contents.map(({ component }) => component)).toEqual(['debian', 'cpython', 'openblas']);
    expect(python).toEqual(resolution.python);
  });

  it('is named without a Python where neither has one', () => {
    expect(libraries('0.3.29').python).toBeUndefined();
  });
});

it('keeps the name when a release enters the lock', () => {
  const unlocked = resolution.releases.map((release) => ({ ...release, locked: false }));
  expect(changedBy({ resolution: { releases: unlocked } })).toEqual([]);
});

it('names the Python only from the image that holds one', () => {
  const references = planChain().map(referenceOf);
  expect(references).toEqual([
    expect.stringMatching(/^toolchain:b[0-9a-f]{12}$/),
    expect.stringMatching(/^cpython:3\.13\.5t-b[0-9a-f]{12}$/),
    expect.stringMatching(/^numpy-tsan:3\.13\.5t-b[0-9a-f]{12}$/),
  ]);
});

it('holds the releases of the whole chain, each once', () => {
  expect(
    planChain()
      .at(-1)
      ?.contents.map(({ component }) => component),
  ).toEqual(['debian', 'cpython', 'numpy']);
});
