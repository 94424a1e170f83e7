import { expect, it } from '@jest/globals';

import { type Image, imageArgument, inChainOrder, neededFor } from './image.ts';

const image = (name: string, parent?: string, ...takes: string[]): [string, Image] => [
  name,
  {
    name,
    parent,
    ...(takes.length === 0 ? {} : { takes }),
    sanitizer: undefined,
    components: [],
    tracks: [],
    workflow: '',
  },
];

it('puts each image after those that it is made from', () => {
  const images = new Map([image('b', 'a'), image('a'), image('0', 'b', 'd'), image('d', 'c'), image('c', 'a')]);
  expect(inChainOrder(images).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', '0']);
});

it.each`
  name     | needed
  ${'a'}   | ${['a']}
  ${'d'}   | ${['a', 'b', 'c', 'd']}
  ${'top'} | ${['a', 'b', 'c', 'd', 'top']}
  ${'?'}   | ${[]}
`('$name needs $needed, each once and after what it is made from itself', ({ name, needed }) => {
  const images = new Map([image('top', 'd', 'b'), image('d', 'b', 'c'), image('c', 'a'), image('b', 'a'), image('a')]);
  expect(neededFor(images, name as string).map((it) => it.name)).toEqual(needed);
});

it.each`
  name                 | argument
  ${'openblas-tsan'}   | ${'openblas_image'}
  ${'native-asan'}     | ${'native_image'}
  ${'small-libs-tsan'} | ${'small_libs_image'}
`('$name is given by the build argument $argument', ({ name, argument }) => {
  expect(imageArgument(name as string)).toBe(argument);
});
