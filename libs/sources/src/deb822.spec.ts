import { expect, it } from '@jest/globals';

import { parseFields, splitParagraphs } from './deb822.ts';

const text = `
# a remark
Package: a
Version:1:2.0-3
# another: one
Checksums-Sha256:
 00 10 a_2.0.orig.tar.gz
\t11 20 a_2.0-3.debian.tar.xz
Homepage: https://a.test/
  \t
Package: b

`;

it('reads paragraphs, with their comments left out', () => {
  expect(splitParagraphs(text).map((paragraph) => parseFields(paragraph).get('package'))).toEqual(['a', 'b']);
  expect(splitParagraphs('\n# nothing\n\n')).toEqual([]);
});

it('reads fields, whose values may have colons and further lines', () => {
  expect([...parseFields(splitParagraphs(text)[0] ?? '')]).toEqual([
    ['package', 'a'],
    ['version', '1:2.0-3'],
    ['checksums-sha256', '\n 00 10 a_2.0.orig.tar.gz\n\t11 20 a_2.0-3.debian.tar.xz'],
    ['homepage', 'https://a.test/'],
  ]);
});
