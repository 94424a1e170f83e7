import { expect, it } from '@jest/globals';

import { nearestNames } from './nearest.ts';

const images = ['toolchain', 'cpython', 'cpython-tsan', 'numpy-tsan'];

it.each([
  { name: 'numpy-tsna', nearest: ['numpy-tsan'] },
  { name: 'numpytsan', nearest: ['numpy-tsan'] },
  { name: 'cpyton', nearest: ['cpython'] },
  { name: 'cpython-asan', nearest: ['cpython-tsan'] },
  { name: 'scipy-tsan', nearest: ['numpy-tsan'] },
  { name: 'postgres', nearest: [] },
])('takes $name for $nearest', ({ name, nearest }) => {
  expect(nearestNames(name, images)).toEqual(nearest);
});
