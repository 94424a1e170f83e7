import { expect, it } from '@jest/globals';

import { type DeclaredImage, findChainProblems } from './chain-problems.ts';

function declare(folder: string, implicitDependencies: readonly string[], name = folder): DeclaredImage {
  return { file: `images/${folder}/project.json`, folder, name, implicitDependencies };
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
    what: 'two parents',
    images: [first, second, declare('third', ['first', 'second'])],
    problems: ['images/third/project.json: implicitDependencies: expected one image, the parent, got first, second'],
  },
  {
    what: 'no parent',
    images: [first, declare('second', ['recipes-common'])],
    problems: ['implicitDependencies: only one image can have no parent, and these have none: first, second'],
  },
  {
    what: 'an image that is its own parent',
    images: [first, declare('second', ['second'])],
    problems: ['images/second/project.json: implicitDependencies: second cannot be its own parent'],
  },
  {
    what: 'a circle, and an image that leads into it',
    images: [first, declare('b', ['c']), declare('a', ['b']), declare('c', ['a']), declare('d', ['a'])],
    problems: ['implicitDependencies: a circle, a → b → c → a'],
  },
  {
    what: 'a name that is not that of its folder',
    images: [first, declare('second', ['first'], 'other'), declare('third', ['other'])],
    problems: ['images/second/project.json: name: expected "second" as its folder, got "other"'],
  },
  {
    what: 'a name that another image has',
    images: [first, declare('second', ['first'], 'first')],
    problems: [
      'images/second/project.json: name: expected "second" as its folder, got "first", which is another image',
    ],
  },
  {
    what: 'several problems at once',
    images: [first, declare('second', ['nothing', 'recipes-common']), declare('third', ['first', 'second'])],
    problems: [
      'images/second/project.json: implicitDependencies: "nothing" is not an image, recipe or lock',
      'images/third/project.json: implicitDependencies: expected one image, the parent, got first, second',
    ],
  },
])('$what', ({ images, problems }) => {
  expect(findChainProblems(images)).toEqual(problems);
});
