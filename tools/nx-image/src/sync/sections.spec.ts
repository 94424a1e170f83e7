import { expect, it } from '@jest/globals';
import { ConfigError } from '@pysan/model';

import { replaceSection } from './sections.ts';

const text = '# A\n\n<!-- nx sync: chain -->\n\nold\n\n<!-- end -->\n\nB\n\n<!-- nx sync: images -->\n<!-- end -->\n';

it('replaces what is between the comments of a section, and nothing else', () => {
  const once = replaceSection('README.md', text, 'chain', 'new');
  expect(once).toBe(text.replace('old', 'new'));
  expect(replaceSection('README.md', once, 'chain', 'new')).toBe(once);
});

it('fills a section that is empty', () => {
  expect(replaceSection('README.md', text, 'images', 'new')).toMatch(/images -->\n\nnew\n\n<!-- end -->\n$/);
});

it.each(['<!-- nx sync: chain -->', '<!-- end -->'])('says where %s is missing', (comment) => {
  const call = (): string => replaceSection('README.md', text.replaceAll(comment, ''), 'chain', 'new');
  expect(call).toThrow(ConfigError);
  expect(call).toThrow(/README\.md is not valid:\n {2}- expected "<!-- nx sync: chain -->"/);
});
