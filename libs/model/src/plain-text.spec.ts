import { expect, it } from '@jest/globals';

import { isPlain, markdownAddress, markdownText, oneLine, printable } from './plain-text.ts';

it.each([
  ['colours', 'a\u001b[31mred\u001b[0m', 'ared'],
  ['a cleared screen', '\u001b[2J\u001b[Hx', 'x'],
  ['a title of the window', '\u001b]0;x\u0007y', ']0;xy'],
  ['C1', 'a\u009b31mb', 'a31mb'],
  ['a return that overwrites', 'bad\rgood', 'badgood'],
  ['another direction', 'a\u202eb\u2066c\u200fd', 'abcd'],
  ['no width', 'a\u200bb\ufeffc\u2060d', 'abcd'],
  ['lines and tabs, which stay', 'a\n\tb', 'a\n\tb'],
  ['letters of any language, which stay', 'größer 数 🙂', 'größer 数 🙂'],
])('prints %s', (_, text, printed) => {
  expect(printable(text)).toBe(printed);
});

it('takes a label with a line of its own for none', () => {
  expect(['3.14t\n  trusted  yes', 'a\tb', 'a\u001bb', 'a\u202eb'].filter(isPlain)).toEqual([]);
  expect(['1:21.1.8-3~bpo13+2', '', 'größer 数'].filter(isPlain)).toHaveLength(3);
  expect(oneLine('x\n  trusted  yes')).toBe('x trusted yes');
});

it('lets nothing out of a cell or an item of Markdown', () => {
  expect(markdownText('a|b\n# c `d` [e](f) <img> @acme/team \\ &lt;')).toBe(
    'a\\|b \\# c \\`d\\` \\[e\\](f) &lt;img&gt; @&#8203;acme/team \\\\ &amp;lt;',
  );
  expect(markdownAddress('https://github.com/acme/pysan/actions/runs/7')).toMatch(/^https/);
  expect(markdownAddress('https://x) [y](z')).toBe('https://x) \\[y\\](z');
});
