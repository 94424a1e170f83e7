import { expect, it } from '@jest/globals';

import { imageTable } from './image-table.ts';

it('lists parents before children, with what they are and their Python tags', () => {
  const image = (name: string, parent: string | undefined, ...tracks: string[]) =>
    [name, { name, parent, sanitizer: undefined, components: [], tracks, workflow: '' }] as const;
  const images = new Map([image('a', 'b', '3.14', '3.14t'), image('b', 'c', '3.14'), image('c', undefined)]);
  expect(
    imageTable(images, new Map([['a', 'The last']]))
      .split('\n')
      .slice(2),
  ).toEqual(['| [c](images/c) |  |  |', '| [b](images/b) |  | 3.14 |', '| [a](images/a) | The last | 3.14, 3.14t |']);
});
