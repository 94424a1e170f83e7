import { expect, it } from '@jest/globals';
import { parsePythonTag } from '@pysan/model';

import { guardTag, type Labelled, type Move } from './tag-guard.ts';

/** The components in words such as `3.14.3t numpy@2.5.5`, without the Python. */
function librariesIn(words: string): [component: string, version: string][] {
  return [...words.matchAll(/ ([a-z]+)@(\S+)/g)].map(([, component = '', version = '']) => [component, version]);
}

/** What a tag names now, from such words; `-` is an image without Python. */
function named(words: string): Labelled {
  const [python = ''] = words.split(' ');
  const labels = librariesIn(words).map(([component, version]) => [`org.pysan.${component}`, version] as const);
  return {
    digest: `sha256:${words}`,
    labels: { ...(python === '-' ? {} : { 'org.pysan.python': python }), ...Object.fromEntries(labels) },
  };
}

/** The build that it shall go to, from such words. */
function offered(words: string): Move['to'] {
  const [python = ''] = words.split(' ');
  return {
    digest: `sha256:${words}`,
    contents: librariesIn(words).map(([component, version]) => ({ component, version, locked: true })),
    ...(python === '-' ? {} : { python: parsePythonTag(python) }),
  };
}

const moving = { tag: '3.14t', moves: true, reason: '' };

it.each<{ from: string; to: string; allowed: boolean; reason: string }>`
  from                                | to                                  | allowed  | reason
  ${'3.14.3t'}                        | ${'3.14.10t'}                       | ${true}  | ${'a newer Python: 3.14.3t → 3.14.10t'}
  ${'3.14.10t'}                       | ${'3.14.3t'}                        | ${false} | ${'an older Python: 3.14.10t → 3.14.3t'}
  ${'3.15.0rc1t'}                     | ${'3.15.0t'}                        | ${true}  | ${'a newer Python: 3.15.0rc1t → 3.15.0t'}
  ${'3.15.0t'}                        | ${'3.15.0rc2t'}                     | ${false} | ${'an older Python: 3.15.0t → 3.15.0rc2t'}
  ${'3.14.3t numpy@2.4.6'}            | ${'3.14.3t numpy@2.5.5'}            | ${true}  | ${'the same Python, and no older library'}
  ${'3.14.3t numpy@2.5.5'}            | ${'3.14.3t numpy@2.4.6'}            | ${false} | ${'an older numpy: 2.5.5 → 2.4.6'}
  ${'3.14.3t numpy@2.5.5'}            | ${'3.14.10t numpy@2.4.6'}           | ${true}  | ${'a newer Python: 3.14.3t → 3.14.10t'}
  ${'3.14.3t numpy@2.4.6 scipy@1.18'} | ${'3.14.3t numpy@2.5.5 scipy@1.17'} | ${false} | ${'an older scipy: 1.18 → 1.17'}
  ${'3.14.3t numpy@2.5.5 scipy@1.18'} | ${'3.14.3t numpy@2.4.6 scipy@1.17'} | ${false} | ${'an older numpy: 2.5.5 → 2.4.6; an older scipy: 1.18 → 1.17'}
  ${'3.14.3t numpy@2.5.5'}            | ${'3.14.3t numpy@2.5.5 scipy@1.18'} | ${true}  | ${'the same Python, and no older library'}
  ${'3.14.3t numpy@2.5.5'}            | ${'3.14.3t numpy@main'}             | ${false} | ${'numpy 2.5.5 and main cannot be compared'}
  ${'3.16t-dev numpy@2.6.0.dev0'}     | ${'3.16t-dev numpy@main'}           | ${true}  | ${'the same Python, and no older library'}
  ${'3.16t-dev numpy@2.6.0.dev0'}     | ${'3.16t-dev numpy@2.5.5'}          | ${false} | ${'an older numpy: 2.6.0.dev0 → 2.5.5'}
  ${'3.16t-dev'}                      | ${'3.15t-dev'}                      | ${false} | ${'an older Python: 3.16t-dev → 3.15t-dev'}
  ${'3.14.3t'}                        | ${'3.14.10'}                        | ${false} | ${'it names "3.14.3t", which cannot be compared with 3.14.10'}
  ${'three'}                          | ${'3.14.3t'}                        | ${false} | ${'it names "three", which cannot be compared with 3.14.3t'}
  ${'3.14.3t'}                        | ${'-'}                              | ${false} | ${'from Python 3.14.3t to no Python'}
  ${'-'}                              | ${'3.14.3t'}                        | ${false} | ${'from no Python to Python 3.14.3t'}
  ${'- one@1'}                        | ${'- one@2'}                        | ${true}  | ${'neither image has a Python'}
`('from $from to $to: allowed $allowed, $reason', ({ from, to, allowed, reason }) => {
  const move = { tag: moving, from: named(from), to: offered(to), holds: new Map<string, string>() };
  expect(guardTag(move)).toEqual({ allowed, reason });
});

const old = named('3.14.3t');
const next = offered('3.14.10t');

it('lets a new tag name any image, and a tag name again what it names', () => {
  const holds = new Map<string, string>();
  expect(guardTag({ tag: moving, from: undefined, to: next, holds })).toMatchObject({ allowed: true });
  expect(guardTag({ tag: moving, from: old, to: offered('3.14.3t'), holds })).toMatchObject({ allowed: true });
});

it('keeps every tag off a digest on hold, a new tag too, and lets it leave one', () => {
  const holds = new Map([[next.digest, 'crashes at start']]);
  for (const from of [undefined, old, named('3.14.10t')]) {
    expect(guardTag({ tag: moving, from, to: next, holds })).toEqual({
      allowed: false,
      reason: 'sha256:3.14.10t is on hold: crashes at start',
    });
  }
  const newest = offered('3.14.11t');
  expect(guardTag({ tag: moving, from: named('3.14.10t'), to: newest, holds })).toMatchObject({ allowed: true });
});

it('never moves an immutable tag to other bytes', () => {
  const immutable = { tag: '3.14.3t-b0123456789ab', moves: false, reason: '' };
  const holds = new Map<string, string>();
  expect(guardTag({ tag: immutable, from: old, to: next, holds })).toEqual({
    allowed: false,
    reason: 'it is immutable and names sha256:3.14.3t',
  });
  expect(guardTag({ tag: immutable, from: old, to: offered('3.14.3t'), holds })).toMatchObject({ allowed: true });
});

it('does not let what is foreign keep a tag, unless the build is on hold', () => {
  const from = { ...named('3.14.99t'), foreign: 'it has no signature' };
  const to = offered('3.14.3t');
  const immutable = { tag: '3.14.3t-b0123456789ab', moves: false, reason: '' };
  for (const tag of [moving, immutable]) {
    expect(guardTag({ tag, from, to, holds: new Map() })).toEqual({
      allowed: true,
      reason: 'what it names is foreign: it has no signature',
    });
    expect(guardTag({ tag, from, to, holds: new Map([[to.digest, 'it crashes']]) })).toMatchObject({ allowed: false });
  }
});
