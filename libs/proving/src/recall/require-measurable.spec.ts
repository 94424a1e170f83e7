import { expect, it } from '@jest/globals';
import { type Image, UsageError } from '@pysan/model';

import { requireMeasurable } from './require-measurable.ts';

const image: Image = {
  name: 'numpy',
  parent: undefined,
  sanitizer: 'thread',
  components: [],
  tracks: [],
  workflow: '',
};

it('takes a free-threaded image with ThreadSanitizer', () => {
  expect(() => requireMeasurable(image, '3.13.5t')).not.toThrow();
  expect(() => requireMeasurable(image, '3.13.5t-local')).not.toThrow();
});

it.each<{ sanitizer: Image['sanitizer']; python: string; message: RegExp }>([
  { sanitizer: 'address', python: '3.13.5t', message: /numpy has no recall\. .* only ThreadSanitizer/ },
  { sanitizer: undefined, python: '3.13.5t', message: /numpy has no recall/ },
  { sanitizer: 'thread', python: '3.13.5', message: /measured on free-threaded Python/ },
  { sanitizer: 'thread', python: '3.13.5-local', message: /measured on free-threaded Python/ },
])('says why not for $sanitizer and $python', ({ sanitizer, python, message }) => {
  const call = (): void => requireMeasurable({ ...image, sanitizer }, python);
  expect(call).toThrow(UsageError);
  expect(call).toThrow(message);
});
