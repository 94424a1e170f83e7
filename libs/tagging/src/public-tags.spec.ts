import { expect, it } from '@jest/globals';
import { type Build, parsePythonTag } from '@pysan/model';

import { buildTagOf, incomingTagOf, isImmutableTag, isIncomingTag, publicTagsOf, taggedOf } from './public-tags.ts';

const numpy = { component: 'numpy', version: '2.5.5', locked: true };
const scipy = { component: 'scipy', version: '1.18.1', locked: true };
const openblas = { component: 'openblas', version: '0.3.29', locked: true };
const llvm = { component: 'debian', version: '1:21.1.8-3~bpo13+2', locked: true };

function buildOf(python: string | undefined, contents: Build['contents'], adds: readonly string[]): Build {
  return {
    image: { name: 'any', parent: undefined, sanitizer: undefined, components: adds, tracks: [], workflow: '' },
    contents,
    inputs: { schema: 1, platform: 'linux/amd64', files: {}, buildArgs: {}, releases: [] },
    id: 'abcdef0123456789'.repeat(4),
    ...(python === undefined ? {} : { python: parsePythonTag(python) }),
  };
}

function tagsOf(...parts: Parameters<typeof buildOf>) {
  return publicTagsOf(taggedOf(buildOf(...parts), '20261125'));
}

it.each<{ python?: string; contents: Build['contents']; adds: string[]; moving: string[]; immutable: string[] }>`
  python         | contents             | adds                     | moving                                         | immutable
  ${'3.14.3t'}   | ${[llvm]}            | ${['cpython']}           | ${['3.14.3t', '3.14t']}                        | ${['3.14.3t-babcdef012345']}
  ${'3.14.3'}    | ${[llvm]}            | ${['cpython']}           | ${['3.14.3', '3.14']}                          | ${['3.14.3-babcdef012345']}
  ${'3.14.3t'}   | ${[openblas, numpy]} | ${['openblas', 'numpy']} | ${['3.14.3t', '3.14t', '3.14.3t-numpy2.5.5']}  | ${['3.14.3t-babcdef012345']}
  ${'3.14.3t'}   | ${[numpy, scipy]}    | ${['scipy']}             | ${['3.14.3t', '3.14t', '3.14.3t-scipy1.18.1']} | ${['3.14.3t-babcdef012345']}
  ${'3.15.0rc1'} | ${[llvm, numpy]}     | ${['numpy']}             | ${['3.15.0rc1', '3.15.0rc1-numpy2.5.5']}       | ${['3.15.0rc1-babcdef012345']}
  ${undefined}   | ${[llvm]}            | ${['debian']}            | ${['llvm21']}                                  | ${['babcdef012345']}
  ${undefined}   | ${[llvm, openblas]}  | ${['openblas']}          | ${['llvm21']}                                  | ${['babcdef012345']}
`('Python $python with $adds of its own moves $moving', ({ python, contents, adds, moving, immutable }) => {
  const tags = tagsOf(python, contents, adds);
  expect(tags.filter(({ moves }) => moves).map(({ tag }) => tag)).toEqual(moving);
  expect(tags.filter(({ moves }) => !moves).map(({ tag }) => tag)).toEqual(immutable);
});

it('names a development branch by itself, by day and commit, and by build', () => {
  const branch = { component: 'cpython', version: '3.16', commit: '0123456789abcdef'.repeat(3), locked: false };
  expect(tagsOf('3.16t-dev', [branch, numpy], ['numpy'])).toEqual([
    { tag: '3.16t-dev', moves: true, reason: expect.stringContaining('development branch') },
    { tag: '3.16t-dev-20261125-0123456789ab', moves: false, reason: expect.stringContaining('never moves') },
    { tag: '3.16t-dev-babcdef012345', moves: false, reason: expect.stringContaining('never moves') },
  ]);
});

it.each(['3.14.3t', '3.15.0rc1', '3.16t-dev', undefined])('of Python %s one names the build, the last', (python) => {
  expect(tagsOf(python, [llvm], ['debian']).at(-1)).toMatchObject({
    tag: buildTagOf(buildOf(python, [], [])),
    moves: false,
  });
});

it('pushes each build by a name of its own, which is none of its tags', () => {
  const builds = ['3.14.3t', '3.14.3', undefined].map((python) => buildOf(python, [llvm], ['cpython']));
  const pushed = builds.map(incomingTagOf);
  expect(pushed).toEqual(['incoming-3.14.3t-babcdef012345', 'incoming-3.14.3-babcdef012345', 'incoming-babcdef012345']);
  expect(pushed.map((tag) => [isIncomingTag(tag), isImmutableTag(tag)])).toEqual(pushed.map(() => [true, false]));
  expect(builds.map(buildTagOf).filter(isIncomingTag)).toEqual([]);
});

it('gives no tag to a library that is no release', () => {
  const branch = { component: 'numpy', version: 'main', locked: false };
  expect(tagsOf('3.14.3t', [branch], ['numpy']).map(({ tag }) => tag)).not.toContainEqual(
    expect.stringContaining('numpy'),
  );
});

it('tells by a tag alone whether it moves', () => {
  const branch = { component: 'cpython', version: '3.16', commit: '0123456789abcdef'.repeat(3), locked: false };
  const all = [
    ...tagsOf('3.16t-dev', [branch], ['numpy']),
    ...tagsOf('3.16-dev', [branch], []),
    ...tagsOf('3.15.0rc1t', [llvm, numpy], ['numpy']),
    ...tagsOf('3.14.3', [numpy, scipy], ['numpy', 'scipy']),
    ...tagsOf(undefined, [llvm], ['debian']),
  ];
  expect(all.filter(({ tag, moves }) => isImmutableTag(tag) === moves)).toEqual([]);
});

it.each(['latest', 'best-b0123456789ab', 'b0123456789a', '3.14.3t-b0123456789abc', '3.14.3t-20261125-0123456789ab'])(
  '%s is none of our immutable tags',
  (tag) => {
    expect(isImmutableTag(tag)).toBe(false);
  },
);

it('makes only tags that a registry accepts', () => {
  const tags = [...tagsOf('3.15.0rc1t', [llvm, numpy], ['numpy']), ...tagsOf(undefined, [llvm], ['debian'])];
  // https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
  expect(tags.filter(({ tag }) => !/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(tag))).toEqual([]);
});
