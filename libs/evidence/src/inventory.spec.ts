import { expect, it } from '@jest/globals';

import { parseInventory } from './inventory.ts';
import { listingOf } from './test-listing.ts';

it('reads packages with the licence of their own copyright file', () => {
  const { debian } = parseInventory(listingOf({}), []);
  expect(debian).toEqual([
    expect.objectContaining({ name: 'libstdc++6', architecture: 'amd64', source: 'gcc-14', license: undefined }),
    expect.objectContaining({ name: 'zlib1g', source: 'zlib', sourceVersion: '1:1.3.1' }),
  ]);
  expect(debian[1]?.license?.expression).toBe('Zlib');
});

it('reads the distributions of each interpreter', () => {
  expect(parseInventory(listingOf({}), []).python).toEqual([
    { name: 'meson', version: '1.12.1', prefix: '/opt/build-python', license: undefined },
    expect.objectContaining({ name: 'numpy', version: '2.4.6', prefix: '/opt/pyenv/versions/3.14.3t' }),
  ]);
});

it.each`
  declared                                          | expression
  ${'License-Expression: Apache-2.0 OR MIT'}        | ${'Apache-2.0 OR MIT'}
  ${'License: MIT'}                                 | ${'MIT'}
  ${'License: Apache License, Version 2.0'}         | ${undefined}
  ${'License-Expression: LicenseRef-Own AND MIT'}   | ${undefined}
  ${'License: BSD\nMETA\tLicense-Expression: 0BSD'} | ${'0BSD'}
  ${'Version: 2'}                                   | ${undefined}
`('takes "$declared" for $expression', ({ declared, expression }) => {
  const metadata = ['Name: x', 'Version: 1', declared].map((line) => `META\t${line}\n`).join('');
  const [distribution] = parseInventory(listingOf({ metadata }), []).python;
  expect(distribution).toMatchObject({ name: 'x', version: '1' });
  expect(distribution?.license?.expression).toBe(expression);
});

it('adds the sources of the build that the passport does not list', () => {
  const listed = { name: 'cpython', version: '3.14.3', from: 'python.org', sha256: 'a'.repeat(64), pinned: true };
  const built = [
    { component: 'cpython', version: '3.14.3', sha256: 'b'.repeat(64) },
    { component: 'numpy', version: 'local', tree: 'c'.repeat(64) },
    { component: 'debian', version: '1:21.1.8' },
  ];
  expect(parseInventory(listingOf({ sources: [listed] }), built).sources).toEqual([
    { name: 'cpython', version: '3.14.3', from: 'python.org', sha256: 'a'.repeat(64) },
    { name: 'numpy', version: 'local' },
  ]);
});

it('has no distributions where there is no Python', () => {
  expect(parseInventory(listingOf({ metadata: '' }), []).python).toEqual([]);
});

it('refuses what list-contents does not print', () => {
  expect(() => parseInventory('{"packages": 1}', [])).toThrow('packages');
});
