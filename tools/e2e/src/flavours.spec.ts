/**
 * The default flavour, with the GIL: built and verified as the free-threaded one is by `.ci/run`.
 *
 * @images numpy-tsan 3.13.5
 * @images cpython-asan 3.13.5
 * @files libs/proving
 */
import { describe, expect, it } from '@jest/globals';
import { inspectImage } from '@pysan/engine';

import { pysan } from './pysan.ts';

describe.each<{ image: string; labels: Record<string, string> }>`
  image             | labels                              | what
  ${'numpy-tsan'}   | ${{ 'org.pysan.numpy': '2.5.5' }}   | ${'on the newest numpy that supports it'}
  ${'cpython-asan'} | ${{ 'org.pysan.python': '3.13.5' }} | ${'whose allocators and leaks are others'}
`('$image with the GIL, $what', ({ image, labels }) => {
  it('is built', async () => {
    const { exitCode, output } = await pysan(['build', image, '--python', '3.13.5']);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect((await inspectImage(`${image}:3.13.5`))?.labels).toMatchObject(labels);
  });

  it('is proven', async () => {
    const { exitCode, output } = await pysan(['verify', image, '--python', '3.13.5']);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  });
});
