import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from '@jest/globals';

import { parseFindings } from './findings.ts';
import { divide } from './upstream.ts';

const callback = readFileSync(path.join(import.meta.dirname, 'fixtures/upstream-first.txt'), 'utf8');

function divideAll(text: string) {
  return parseFindings(text).map(divide);
}

/** A race between two accesses, each given by its frames, innermost first. */
function race(...accesses: readonly (readonly string[])[]): string {
  const titles = ['Write of size 4 at 0x7b by thread T1:', 'Previous write of size 4 at 0x7b by thread T2:'];
  const stacks = accesses.map((frames, index) => [`  ${titles[index] ?? ''}`, ...numbered(frames), '']);
  return [
    'WARNING: ThreadSanitizer: data race (pid=7)',
    ...stacks.flat(),
    'SUMMARY: ThreadSanitizer: data race x',
  ].join('\n');
}

function numbered(frames: readonly string[]): string[] {
  return frames.map((frame, index) => `    #${index} ${frame}`);
}

const numpy = 'DOUBLE_add /usr/src/numpy/build/../numpy/loops.c:5:3 (_multiarray_umath.so+0x12)';
const python = 'cfunction_call /usr/src/python/Objects/methodobject.c:551:18 (python3.13+0x42)';
const seeded = 'store /work/race.c:5:3 (race.so+0x12)';

it('sets a race of scipy aside, and keeps the seeded one in its callback', () => {
  const [first, second] = divideAll(callback);
  const site = 'scipy scipy/integrate/__quadpack.h init_callback';

  expect(first).toEqual({ upstream: [{ owner: 'scipy', kind: 'data race', sites: [site, site] }] });
  expect(second).toMatchObject({ rest: { kind: 'data race' }, upstream: [] });
});

it.each([
  { what: 'an access of the program', stacks: [[numpy], [seeded, python]] },
  { what: 'a call by the program', stacks: [[numpy, seeded, python], [numpy]] },
  {
    what: 'a library of Debian',
    stacks: [['memcmp <null> (python3.13+0x1)', '<null> <null> (libcrypto.so.3+0x2)'], [numpy]],
  },
  { what: 'a frame without a name', stacks: [[numpy, '<null> <null> (race.so+0x2)'], [numpy]] },
  { what: 'a stack that was not restored', stacks: [[numpy], []] },
])('keeps what has $what', ({ stacks }) => {
  expect(divideAll(race(...stacks))).toMatchObject([{ rest: { kind: 'data race' }, upstream: [] }]);
});

it('names the caller of what the runtime intercepts, and of what a header defines', () => {
  const intercepted = ['memset <null> (python3.13+0x1)', numpy];
  const inlined = ['_Py_IncRef /usr/src/python/./Include/object.h:5:3 (_multiarray_umath.so+0x3)', numpy];

  expect(divideAll(race(intercepted, inlined))).toMatchObject([
    { upstream: [{ owner: 'numpy', sites: ['numpy numpy/loops.c DOUBLE_add', 'numpy numpy/loops.c DOUBLE_add'] }] },
  ]);
});

it('keeps a thread that nobody joined: the program left it', () => {
  const leak = [
    'WARNING: ThreadSanitizer: thread leak (pid=7)',
    '  Thread T1 (tid=9, finished) created by main thread at:',
    `    #0 ${python}`,
    'SUMMARY: ThreadSanitizer: thread leak x',
  ].join('\n');
  expect(divideAll(leak)).toMatchObject([{ rest: { kind: 'thread leak' }, upstream: [] }]);
});

it("takes upstream's leaks out of a report, each with its callers", () => {
  const lock = 'in PyThread_allocate_lock /usr/src/python/Python/thread_pthread.h:449:21';
  const leaks = [
    '==7==ERROR: LeakSanitizer: detected memory leaks',
    '',
    'Direct leak of 64 byte(s) in 2 object(s) allocated from:',
    '    #0 0x5 in malloc (/opt/pyenv/versions/3.13.15t/bin/python3.13+0x48)',
    `    #1 0x6 ${lock}`,
    '    #2 0x7 in start /usr/src/python/Modules/threads.c:3:1',
    '',
    'Direct leak of 1000 byte(s) in 1 object(s) allocated from:',
    '    #0 0x5 in malloc (/opt/pyenv/versions/3.13.15t/bin/python3.13+0x48)',
    '    #1 0x8 in forget /work/leaking.c:5:3',
    '',
    'SUMMARY: AddressSanitizer: 1064 byte(s) leaked in 3 allocation(s).',
  ].join('\n');
  const site = 'cpython Python/thread_pthread.h PyThread_allocate_lock < cpython Modules/threads.c start';

  expect(divideAll(leaks)).toMatchObject([
    {
      rest: { stacks: [{ title: expect.stringMatching(/^Direct leak of 1000/) }] },
      upstream: [{ owner: 'cpython', kind: 'direct leak', sites: [site] }],
    },
  ]);
});
