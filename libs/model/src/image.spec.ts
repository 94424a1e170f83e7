import { expect, it } from '@jest/globals';

import { type Image, inChainOrder } from './image.ts';

it('puts each image after its parent', () => {
  const image = (name: string, parent?: string): [string, Image] => [
    name,
    { name, parent, sanitizer: undefined, components: [], tracks: [] },
  ];
  const images = new Map([image('b', 'a'), image('a'), image('d', 'b'), image('c', 'a')]);
  expect(inChainOrder(images).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
});
