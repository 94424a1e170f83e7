import { expect, it } from '@jest/globals';

import { type DeclaredImage, findChainProblems } from './chain-problems.ts';

function declare(folder: string, implicitDependencies: readonly string[], facts: Partial<DeclaredImage> = {}) {
  const file = `images/${folder}/project.json`;
  return { file, folder, name: folder, implicitDependencies, sanitizer: undefined, from: '', ...facts };
}

const first = declare('first', ['recipes-common', 'versions-debian']);
const second = declare('second', ['first', 'requirements-tools']);

it.each<{ what: string; images: readonly DeclaredImage[]; problems: readonly string[] }>([
  { what: 'a chain', images: [first, second, declare('third', ['second'])], problems: [] },
  {
    what: 'an unknown parent',
    images: [first, declare('second', ['frist'])],
    problems: ['images/second/project.json: implicitDependencies: "frist" is not an image, recipe or lock'],
  },
  {
    what: 'an image that takes files from another',
    images: [first, second, declare('third', ['first', 'second'], { from: 'second' })],
    problems: [],
  },
  {
    what: 'two images, and a FROM line that names neither',
    images: [first, second, declare('third', ['first', 'second'], { from: 'debian' })],
    problems: [
      'images/third/project.json: implicitDependencies: the last FROM line of the Dockerfile names "debian", expected one of first, second',
    ],
  },
  {
    what: 'files of another sanitizer',
    images: [
      first,
      declare('blas-asan', ['first'], { sanitizer: 'address' }),
      declare('blas-tsan', ['first'], { sanitizer: 'thread' }),
      declare('top-tsan', ['blas-asan', 'first'], { sanitizer: 'thread', from: 'first' }),
      declare('plain', ['blas-tsan', 'first'], { from: 'first' }),
    ],
    problems: [
      'images/top-tsan/project.json: implicitDependencies: blas-asan has the sanitizer address, expected thread',
      'images/plain/project.json: implicitDependencies: blas-tsan has the sanitizer thread, expected none',
    ],
  },
  {
    what: 'no parent',
    images: [first, declare('second', ['recipes-common'])],
    problems: ['implicitDependencies: only one image can have no parent, and these have none: first, second'],
  },
  {
    what: 'an image that is made from itself',
    images: [first, declare('second', ['second'])],
    problems: ['images/second/project.json: implicitDependencies: second cannot be made from itself'],
  },
  {
    what: 'a circle, and an image that leads into it',
    images: [first, declare('b', ['c']), declare('a', ['b']), declare('c', ['a']), declare('d', ['a'])],
    problems: ['implicitDependencies: a circle, a → b → c → a'],
  },
  {
    what: 'a circle through what is taken from',
    images: [
      first,
      declare('b', ['first', 'c'], { from: 'first' }),
      declare('c', ['d', 'first'], { from: 'first' }),
      declare('d', ['b']),
    ],
    problems: ['implicitDependencies: a circle, b → c → d → b'],
  },
  {
    what: 'a component without a lock',
    images: [first, declare('second', ['first', 'versions-numpy'])],
    problems: [
      'images/second/project.json: implicitDependencies: "versions-numpy" has no lock: versions/numpy/lock.json is missing',
    ],
  },
  {
    what: 'a name that is not that of its folder',
    images: [first, declare('second', ['first'], { name: 'other' }), declare('third', ['other'])],
    problems: ['images/second/project.json: name: expected "second" as its folder, got "other"'],
  },
  {
    what: 'a name that another image has',
    images: [first, declare('second', ['first'], { name: 'first' })],
    problems: [
      'images/second/project.json: name: expected "second" as its folder, got "first", which is another image',
    ],
  },
  {
    what: 'several problems at once',
    images: [
      first,
      declare('second', ['nothing', 'recipes-common', 'versions-scipy']),
      declare('third', ['first', 'second']),
    ],
    problems: [
      'images/second/project.json: implicitDependencies: "nothing" is not an image, recipe or lock',
      'images/second/project.json: implicitDependencies: "versions-scipy" has no lock: versions/scipy/lock.json is missing',
      'images/third/project.json: implicitDependencies: the last FROM line of the Dockerfile names "", expected one of first, second',
    ],
  },
])('$what', ({ images, problems }) => {
  expect(findChainProblems(images, new Set(['debian']))).toEqual(problems);
});
