import { expect, it } from '@jest/globals';

import { parseUses, type SpecUses } from './uses.ts';

const none: SpecUses = { images: [], files: [] };

it.each<{ text: string; uses: SpecUses }>`
  what                          | text                                                      | uses
  ${'nothing'}                  | ${"import './a.ts';\n"}                                   | ${none}
  ${'a comment without tags'}   | ${'/** What it is for. */\n'}                             | ${none}
  ${'an image'}                 | ${'/**\n * A.\n *\n * @images numpy-tsan 3.13.5t\n */\n'} | ${{ ...none, images: [{ name: 'numpy-tsan', python: '3.13.5t' }] }}
  ${'files, on two lines'}      | ${'/**\n * @files a b\n * @files  c\n */\n'}              | ${{ ...none, files: ['a', 'b', 'c'] }}
  ${'a tag in a later comment'} | ${'/** A. */\n/**\n * @images numpy-tsan 3.13.5t\n */\n'} | ${none}
  ${'a tag within a line'}      | ${'/**\n * It has @images numpy-tsan 3.13.5t.\n */\n'}    | ${none}
`('reads $what', ({ text, uses }) => {
  expect(parseUses('a.spec.ts', text)).toEqual(uses);
});

it.each(['numpy-tsan', 'numpy-tsan 3.13.5t cpython'])('refuses "@images %s"', (words) => {
  expect(() => parseUses('a.spec.ts', `/**\n * @images ${words}\n */`)).toThrow(
    /a\.spec\.ts[^]*expected one image and/,
  );
});
