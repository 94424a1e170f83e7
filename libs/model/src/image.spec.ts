import { expect, it } from '@jest/globals';

import { type Image, lastImages } from './image.ts';

it('knows the images that no other is built on', () => {
  const image = (name: string, parent?: string): [string, Image] => [
    name,
    { name, parent, sanitizer: undefined, components: [], tracks: [] },
  ];
  const images = new Map([image('b', 'a'), image('a'), image('d', 'b'), image('c', 'a')]);
  expect(lastImages(images)).toEqual(['c', 'd']);
});
