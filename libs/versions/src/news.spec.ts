import { describe, expect, it } from '@jest/globals';

import type { LibraryRelease, Locks } from './lock.ts';
import { compareRequirements, refreshReleases, resolveDebian, resolveReleases } from './news.ts';

const sha256 = 'a'.repeat(64);

function cpython(...versions: string[]): { version: string; sha256: string }[] {
  return versions.map((version) => ({ version, sha256 }));
}

describe('releases', () => {
  const locked = [
    { version: '3.14.10', sha256, debian: { package: 'python3.14', suite: 'sid' } },
    ...cpython('3.13.5'),
  ];

  it.each`
    found        | lock
    ${'3.15.0'}  | ${['3.15.0', '3.14.10', '3.13.5']}
    ${'3.14.11'} | ${['3.14.11', '3.14.10', '3.13.5']}
    ${'3.13.18'} | ${['3.14.10', '3.13.18', '3.13.5']}
    ${'3.12.9'}  | ${['3.14.10', '3.13.5', '3.12.9']}
  `('$found goes to its place, and nothing else moves', ({ found, lock }) => {
    const search = { subject: '3', held: '3.13.5', found: { version: found as string, sha256 }, passedOver: [] };
    const resolved = resolveReleases('cpython', locked, [search]);
    expect(resolved.lock.map(({ version }) => version)).toEqual(lock);
    expect(resolved.lock).toEqual(expect.arrayContaining(locked));
  });

  it('are added once, however many tags they are for', () => {
    const search = { subject: '3.14', held: '3.14.10', found: { version: '3.14.11', sha256 }, passedOver: [] };
    expect(resolveReleases('cpython', locked, [search, { ...search, subject: '3.14t' }]).lock).toHaveLength(3);
  });

  it('with a known number and another sha256 replace what was made anew', () => {
    const found = { version: '3.13.5', sha256: 'b'.repeat(64) };
    const { lock } = resolveReleases('openblas', locked, [{ subject: '', held: '3.13.5', found, passedOver: [] }]);
    expect(lock).toEqual([locked[0], found]);
  });

  it.each`
    what                   | search                                                                             | news
    ${'what is new'}       | ${{ held: '3.14.10', found: cpython('3.14.11')[0], passedOver: [] }}               | ${{ state: 'new', locked: '3.14.10', upstream: '3.14.11' }}
    ${'the first'}         | ${{ found: cpython('3.14.11')[0], passedOver: [] }}                                | ${{ state: 'new', upstream: '3.14.11' }}
    ${'nothing new'}       | ${{ held: '3.14.10', passedOver: [] }}                                             | ${{ state: 'current', locked: '3.14.10', upstream: '3.14.10' }}
    ${'why it must wait'}  | ${{ held: '3.14.10', passedOver: [{ version: '3.14.11', reason: 'no tarball' }] }} | ${{ state: 'current', locked: '3.14.10', upstream: '3.14.10', reason: '3.14.11: no tarball' }}
    ${'nothing buildable'} | ${{ passedOver: [] }}                                                              | ${{ state: 'none' }}
  `('tell $what', ({ search, news }) => {
    const resolved = resolveReleases('cpython', locked, [
      { subject: '3.14', held: undefined, ...(search as object) } as never,
    ]);
    expect(resolved.news).toEqual([{ component: 'cpython', subject: '3.14', ...(news as object) }]);
  });
});

describe('locked releases of a library', () => {
  const held: LibraryRelease = { version: '2.5.5', sha256, file: 'numpy-2.5.5.tar.gz', pythonTags: ['3.14', '3.14t'] };

  it('get the Python tags that have wheels meanwhile, and lose none', () => {
    const release = { ...held, pythonTags: ['3.14t', '3.15t'] };
    expect(refreshReleases('numpy', [held], () => ({ release }))).toEqual({
      lock: [{ ...held, pythonTags: ['3.14', '3.14t', '3.15t'] }],
      news: [
        {
          component: 'numpy',
          subject: '2.5.5',
          state: 'new',
          locked: '2.5.5',
          upstream: '2.5.5',
          reason: 'has wheels for 3.15t now',
        },
      ],
    });
  });

  it('stay as they are when upstream took them back, with a word about it', () => {
    const { lock, news } = refreshReleases('numpy', [held], () => ({ missing: 'its sdist was yanked (bug)' }));
    expect(lock).toEqual([held]);
    expect(news).toMatchObject([{ state: 'attention', reason: 'its sdist was yanked (bug), but it is locked' }]);
  });

  it('are never given another sha256', () => {
    const release = { ...held, sha256: 'b'.repeat(64) };
    expect(() => refreshReleases('numpy', [held], () => ({ release }))).toThrow(/another numpy-2\.5\.5\.tar\.gz/);
  });
});

it('tells what is new of the base, and fills in what nobody had resolved', () => {
  const lock: Locks['debian'] = {
    component: 'debian',
    suite: 'trixie',
    image: 'debian:trixie-slim',
    digest: null,
    llvm: '1:21.1.8-3',
  };
  const digest = `sha256:${sha256}`;
  const resolved = resolveDebian(lock, { digest, llvm: '1:21.1.8-3' });
  expect(resolved.lock).toEqual({ ...lock, digest });
  expect(resolved.news).toEqual([
    { component: 'debian', subject: 'debian:trixie-slim', state: 'new', upstream: digest },
    { component: 'debian', subject: 'LLVM', state: 'current', locked: '1:21.1.8-3', upstream: '1:21.1.8-3' },
  ]);
});

it.each`
  what                | after                                                | news
  ${'another number'} | ${'cython==3.1.1 \\\n    --hash=b\nuv==0.9\n'}       | ${[{ subject: 'tools.txt: cython', state: 'new', locked: '3.1.0', upstream: '3.1.1' }]}
  ${'a package more'} | ${'cython==3.1.0 \\\n    --hash=a\nuv==0.9\nx==1\n'} | ${[{ subject: 'tools.txt: x', state: 'new', upstream: '1' }]}
  ${'a package less'} | ${'cython==3.1.0 \\\n    --hash=a\n'}                | ${[{ subject: 'tools.txt: uv', state: 'new', locked: '0.9' }]}
  ${'another hash'}   | ${'cython==3.1.0 \\\n    --hash=b\nuv==0.9\n'}       | ${[{ subject: 'tools.txt', state: 'new', reason: 'the same versions, other files' }]}
  ${'nothing'}        | ${'cython==3.1.0 \\\n    --hash=a\nuv==0.9\n'}       | ${[{ subject: 'tools.txt', state: 'current' }]}
`('sees in a requirements file $what', ({ after, news }) => {
  const before = 'cython==3.1.0 \\\n    --hash=a\nuv==0.9\n';
  const expected = (news as object[]).map((row) => ({ component: 'tools', ...row }));
  expect(compareRequirements('tools.txt', before, after as string)).toEqual(expected);
});
