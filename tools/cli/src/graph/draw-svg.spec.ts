import { expect, it } from '@jest/globals';

import { drawSvg } from './draw-svg.ts';

it('draws each image, and an arrow from each image to what is built on it', async () => {
  const dependencies = new Map([
    ['numpy-tsan', ['cpython-tsan']],
    ['cpython-tsan', ['cpython']],
    ['cpython', []],
  ]);
  const svg = await drawSvg(dependencies);
  expect(svg.match(/(?<=<text [^>]*>)[^<]+/g)).toEqual(['cpython', 'cpython&#45;tsan', 'numpy&#45;tsan']);
  expect(svg.match(/(?<=<title>)[^<]+&gt;[^<]+/g)).toEqual([
    'cpython&#45;&gt;cpython&#45;tsan',
    'cpython&#45;tsan&#45;&gt;numpy&#45;tsan',
  ]);
});
