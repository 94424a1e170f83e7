/** The default flavour, with the GIL: built and verified as the free-threaded one is by `.ci/run`. */
import { expect, it } from '@jest/globals';
import { inspectImage } from '@pysan/engine';

import { pysan } from './pysan.ts';

it('builds numpy-tsan with the GIL, on the newest numpy that supports it', async () => {
  const { exitCode, output } = await pysan(['build', 'numpy-tsan', '--python', '3.13.5']);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect((await inspectImage('numpy-tsan:3.13.5'))?.labels).toMatchObject({ 'org.pysan.numpy': '2.5.5' });
});

it('proves it', async () => {
  const { exitCode, output } = await pysan(['verify', 'numpy-tsan', '--python', '3.13.5']);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
});
