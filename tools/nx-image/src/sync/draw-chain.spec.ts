import { expect, it } from '@jest/globals';
import type { Image } from '@pysan/model';

import { drawChain } from './draw-chain.ts';

function chain(...pairs: readonly string[]): Image[] {
  return pairs.map((pair) => {
    const [line = '', taken] = pair.split(' + ');
    const [name = '', parent] = line.split(' < ');
    const takes = taken === undefined ? {} : { takes: taken.split(' ') };
    return { name, parent, ...takes, sanitizer: undefined, components: [], tracks: [], workflow: '' };
  });
}

it.each([
  { images: chain('toolchain'), lines: ['toolchain'] },
  {
    images: chain('tsan < cpython', 'cpython < toolchain', 'toolchain', 'asan < cpython', 'numpy < tsan'),
    lines: [
      'toolchain ─▶ cpython ─▶ tsan ─▶ numpy', //
      '                    └─▶ asan',
    ],
  },
  {
    images: chain(
      'toolchain',
      'blas < toolchain',
      'numpy < cpython + blas',
      'cpython < toolchain + libs',
      'libs < toolchain',
      'scipy < numpy + blas',
    ),
    lines: [
      'toolchain ─▶ cpython ─▶ numpy ─▶ scipy',
      '         ├─▶ blas ┄▶ numpy, scipy',
      '         └─▶ libs ┄▶ cpython',
      '',
      'a ─▶ b: b is built on a; a ┄▶ b: b takes files from a',
    ],
  },
  {
    images: chain('a', 'b < a', 'c < b', 'd < c', 'x < a', 'y < x', 'z < x', 'o < a'),
    lines: [
      'a ─▶ b ─▶ c ─▶ d', //
      ' ├─▶ x ─▶ y',
      ' │    └─▶ z',
      ' └─▶ o',
    ],
  },
])('draws $lines', ({ images, lines }) => {
  expect(drawChain(images)).toEqual(lines);
});
