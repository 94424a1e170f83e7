import { expect, it } from '@jest/globals';

import { webAddressOf } from './checkout.ts';

it.each([
  ['https://github.com/acme/pysan', 'https://github.com/acme/pysan'],
  ['https://github.com/acme/pysan.git', 'https://github.com/acme/pysan'],
  ['https://somebody:secret@github.com/acme/pysan.git', 'https://github.com/acme/pysan'],
  ['git@github.com:acme/pysan.git', 'https://github.com/acme/pysan'],
  ['ssh://git@github.com/acme/pysan/', 'https://github.com/acme/pysan'],
  ['/home/me/pysan', undefined],
  ['../pysan', undefined],
  ['', undefined],
])('the remote %j is %s', (remote, address) => {
  expect(webAddressOf(remote)).toBe(address);
});
