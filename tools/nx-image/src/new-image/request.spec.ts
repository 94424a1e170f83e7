import { expect, it } from '@jest/globals';
import { type Image, UsageError } from '@pysan/model';

import { readRequest } from './request.ts';

const image = (name: string, sanitizer: Image['sanitizer']): [string, Image] => [
  name,
  { name, parent: undefined, sanitizer, components: [], tracks: [], workflow: '' },
];
const images = new Map([
  image('cpython', undefined),
  image('cpython-tsan', 'thread'),
  image('cpython-asan', 'address'),
]);

it.each`
  name                         | parent            | sanitizer    | component
  ${'cffi-tsan'}               | ${'cpython-tsan'} | ${'thread'}  | ${'cffi'}
  ${'cffi-asan'}               | ${'cpython-asan'} | ${'address'} | ${'cffi'}
  ${'charset-normalizer-tsan'} | ${'cpython-tsan'} | ${'thread'}  | ${'charset-normalizer'}
`('$name on $parent holds $component', ({ name, parent, ...expected }: Record<string, string>) => {
  expect(readRequest(name ?? '', parent ?? '', images)).toMatchObject(expected);
});

it.each<{ name: string; parent: string; message: RegExp }>`
  name              | parent            | message
  ${'cffi-tsan'}    | ${'cpyton-tsan'}  | ${/no image "cpyton-tsan".*Images: cpython, cpython-tsan/}
  ${'cffi-tsan'}    | ${'cpython'}      | ${/cpython has no sanitizer.*: cpython-tsan, cpython-asan\./}
  ${'cffi-tsan'}    | ${'cpython-asan'} | ${/"cffi-tsan" is not a name for an image on cpython-asan.*cffi-asan/}
  ${'cffi'}         | ${'cpython-tsan'} | ${/"cffi" is not a name/}
  ${'-tsan'}        | ${'cpython-tsan'} | ${/"-tsan" is not a name/}
  ${'../cffi-tsan'} | ${'cpython-tsan'} | ${/is not a name/}
  ${'Cffi-tsan'}    | ${'cpython-tsan'} | ${/is not a name/}
  ${'cpython-tsan'} | ${'cpython-tsan'} | ${/There is an image cpython-tsan/}
`('$name on $parent is refused', ({ name, parent, message }) => {
  expect(() => readRequest(name, parent, images)).toThrow(UsageError);
  expect(() => readRequest(name, parent, images)).toThrow(message);
});
