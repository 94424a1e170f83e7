import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from '@jest/globals';

import { formatFrame, isSymbolised, parseFindings } from './findings.ts';
import { findStartFailure } from './start.ts';

// Printed by clang 21's runtime, in our images.
function fixture(name: string): string {
  return readFileSync(path.join(import.meta.dirname, 'fixtures', `${name}.txt`), 'utf8');
}

it('reads a finding of an extension: kind, stacks with their threads, frames innermost first', () => {
  const [finding, ...others] = parseFindings(fixture('canary'));

  expect(others).toEqual([]);
  expect(finding).toMatchObject({ sanitizer: 'ThreadSanitizer', kind: 'data race' });
  expect(finding?.summary).toBe('data race /work/canary.c:22:12 in store');
  expect(finding?.stacks.map(({ thread, frames }) => [thread, frames.length])).toEqual([
    ['thread T1', 16],
    ['thread T2', 16],
    ['main thread', 26],
    ['main thread', 26],
  ]);
  expect(finding?.stacks[0]?.frames[0]).toEqual({
    index: 0,
    function: 'store',
    file: '/work/canary.c',
    line: 22,
    column: 12,
    module: 'canary.so',
    offset: '0x1a07',
    build: 'c63897c76fbcb929c4518a2e8a0e72ab6e8113c9',
  });
});

it.each([
  { fixture: 'two-findings', findings: ['data race', 'data race'] },
  { fixture: 'no-symbolizer', findings: ['data race', 'data race'] },
  { fixture: 'thread-leak', findings: ['thread leak'] },
  { fixture: 'lock-order', findings: ['lock-order-inversion (potential deadlock)'] },
  { fixture: 'aslr', findings: [] },
  { fixture: 'asan-use-after-free', findings: ['heap-use-after-free'] },
  { fixture: 'asan-double-free', findings: ['attempting double-free'] },
  { fixture: 'asan-crash', findings: ['SEGV'] },
  { fixture: 'leaks', findings: ['detected memory leaks'] },
  { fixture: 'asan-no-symbolizer', findings: ['heap-use-after-free'] },
  { fixture: 'asan-aslr', findings: [] },
])('$fixture holds $findings', ({ fixture: name, findings }) => {
  expect(parseFindings(fixture(name)).map(({ kind }) => kind)).toEqual(findings);
});

it.each([
  {
    fixture: 'asan-use-after-free',
    summary: 'heap-use-after-free /work/memory.c:3:68 in use',
    stacks: [
      [/^READ of size 4 at 0x\w+ thread T0$/, 'thread T0', 'use memory.c:3', 4],
      [/^freed by thread T0 here$/, 'thread T0', 'free (memory)', 2],
      [/^previously allocated by thread T0 here$/, 'thread T0', 'malloc (memory)', 2],
    ],
  },
  {
    fixture: 'asan-double-free',
    summary: /^double-free .* in free$/,
    stacks: [
      [/^attempting double-free$/, undefined, 'free (memory)', 5],
      [/^freed by/, 'thread T0', 'free (memory)', 2],
      [/^previously allocated by/, 'thread T0', 'malloc (memory)', 2],
    ],
  },
  {
    fixture: 'asan-crash',
    summary: 'SEGV /work/memory.c:3:68 in use',
    stacks: [[/^SEGV$/, undefined, 'use memory.c:3', 4]],
  },
  {
    fixture: 'leaks',
    summary: '110 byte(s) leaked in 2 allocation(s).',
    stacks: [
      [/^Direct leak of 70 byte\(s\) in 1 object\(s\) allocated from$/, undefined, 'malloc (memory)', 2],
      [/^Direct leak of 40 byte/, undefined, 'malloc (memory)', 2],
    ],
  },
])("reads AddressSanitizer's stacks: $fixture", ({ fixture: name, summary, stacks }) => {
  const [finding] = parseFindings(fixture(name));

  expect(finding?.summary).toEqual(typeof summary === 'string' ? summary : expect.stringMatching(summary));
  expect(
    finding?.stacks.map(({ title, thread, frames: [first, ...others] }) => [
      title,
      thread,
      first && formatFrame(first),
      others.length + 1,
    ]),
  ).toEqual(stacks.map(([title, ...rest]) => [expect.stringMatching(title as RegExp), ...rest]));
});

it('reads a name of C++, which holds spaces, and a frame of nowhere', () => {
  const text = [
    '==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x7b at pc 0x56 bp 0x7f sp 0x7f',
    'WRITE of size 8 at 0x7b thread T3 (pool)',
    '    #0 0x56a1 in fill(std::span<double, 8ul>, int) /work/fill.cpp:7:3',
    '    #1 0x56a2 in operator new(unsigned long) (/opt/bin/python3.13+0x12) (BuildId: 91ce)',
    '    #2 0x56a3  (<unknown module>)',
  ].join('\n');

  const stacks = parseFindings(text)[0]?.stacks ?? [];
  expect(stacks.map(({ thread, frames }) => [thread, ...frames.map(formatFrame)])).toEqual([
    [
      'thread T3',
      'fill(std::span<double, 8ul>, int) fill.cpp:7',
      'operator new(unsigned long) (python3.13)',
      '<null> (unknown module)',
    ],
  ]);
});

it('takes carriage returns, and what the program prints in between', () => {
  const text = fixture('two-findings');
  const disturbed = `no newline here${text.replaceAll(/^( {4}#1 )/gm, 'tick\r\n$1').replaceAll(/\r?\n/g, '\r\n')}bye`;

  expect(parseFindings(disturbed)).toEqual(parseFindings(text));
});

it('keeps a report that is cut off, without a summary', () => {
  const cut = fixture('canary').slice(0, 3000);

  expect(parseFindings(cut)).toMatchObject([{ kind: 'data race', complete: false }]);
});

it('gives a stack that the runtime could not restore no frames', () => {
  const text = [
    'WARNING: ThreadSanitizer: data race (pid=7)',
    '  Atomic write of size 8 at 0x7b0400000000 by main thread (mutexes: write M0):',
    '    #0 operator new(unsigned long) <null> (python3.13+0x12) (BuildId: 91ce)',
    '    #1 <null> <null> (libfoo.so+0x76cd)',
    '',
    '  Previous read of size 8 at 0x7b0400000000 by thread T3:',
    '    [failed to restore the stack]',
    '',
    '  Location is heap block of size 40 at 0x7b0400000000 allocated by main thread:',
    '    #0 malloc <null> (python3.13+0x76cd)',
    '',
    'SUMMARY: ThreadSanitizer: data race (/work/libfoo.so+0x76cd) ',
  ].join('\n');

  const stacks = parseFindings(text)[0]?.stacks ?? [];
  expect(stacks.map(({ thread, frames }) => [thread, ...frames.map(formatFrame)])).toEqual([
    ['main thread', 'operator new(unsigned long) (python3.13)', '<null> (libfoo.so)'],
    ['thread T3'],
    ['main thread', 'malloc (python3.13)'],
  ]);
});

it.each([
  {
    frame: '#1 call_methods /usr/src/Python-3.13.5/Objects/call.c:327:12 (python3.13+0x38f793) (BuildId: 91ce924)',
    symbolised: true,
  },
  { frame: '#8 _PyFunction_Vectorcall /usr/src/Python-3.13.5/Objects/call.c (python3.13+0x38fbc3)', symbolised: true },
  { frame: '#0 pthread_create <null> (python3.13+0x28040e) (BuildId: 91ce924)', symbolised: true },
  { frame: '#1 <null> <null> (libffi.so.8+0x76cd) (BuildId: fe14063)', symbolised: true },
  { frame: '#0 <null> <null> (python3.13+0x28040e)', symbolised: false },
  { frame: '#1 PyObject_Call <null> (python3.13+0x28040e)', symbolised: false },
  { frame: '#2 <null> <null> (_umath.cpython-313t-x86_64-linux-gnu.so+0x1a23)', symbolised: false },
])('$frame is symbolised, or need not be: $symbolised', ({ frame, symbolised }) => {
  const text = `WARNING: ThreadSanitizer: data race (pid=7)\n  Write of size 8 at 0x7b by thread T1:\n    ${frame}`;
  const frames = parseFindings(text)[0]?.stacks[0]?.frames ?? [];

  expect(frames.map(isSymbolised)).toEqual([symbolised]);
});

it.each([
  {
    fixture: 'aslr',
    message: /^FATAL: ThreadSanitizer: encountered an incompatible memory layout but .*/,
    remedy: /sysctl -w vm\.mmap_rnd_bits=28/,
  },
  {
    fixture: 'no-suppressions-file',
    message: /failed to read suppressions file '\/nope'$/,
    remedy: /options, suppressions/,
  },
  { fixture: 'bad-suppressions', message: /failed to parse suppressions\.$/, remedy: /options, suppressions/ },
  { fixture: 'bad-options', message: /expected '=' in TSAN_OPTIONS$/, remedy: /options, suppressions/ },
  { fixture: 'asan-bad-options', message: /expected '=' in ASAN_OPTIONS$/, remedy: /options, suppressions/ },
  { fixture: 'asan-aslr', message: /^AddressSanitizer: CHECK failed: .*personality/, remedy: /vm\.mmap_rnd_bits=28/ },
  { fixture: 'asan-shadow', message: /^Shadow memory range interleaves/, remedy: /vm\.mmap_rnd_bits=28/ },
  { fixture: 'asan-limit', message: /AddressSanitizer failed to allocate/, remedy: /options, suppressions or memory/ },
  { fixture: 'leaks-no-ptrace', message: /^LeakSanitizer has encountered/, remedy: /ptrace/ },
])('$fixture: the sanitizer could not start', ({ fixture: name, message, remedy }) => {
  expect(findStartFailure(`compiling\n${fixture(name)}`)).toEqual({
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
});

it.each(['two-findings', 'no-symbolizer', 'thread-leak', 'asan-crash', 'asan-no-symbolizer', 'leaks'])(
  '%s: the sanitizer did start',
  (name) => {
    expect(findStartFailure(fixture(name))).toBeUndefined();
  },
);

it('does not take an allocation that is too large for a start that failed', () => {
  const remark = '==7==WARNING: AddressSanitizer failed to allocate 0x100000000000 bytes\n';

  expect([parseFindings(remark), findStartFailure(remark)]).toEqual([[], undefined]);
});

it('does not take a remark about a second start without randomisation for a finding', () => {
  const remark = 'WARNING: ThreadSanitizer: memory layout is incompatible, possibly due to high-entropy ASLR.\n';

  expect([parseFindings(remark), findStartFailure(remark)]).toEqual([[], undefined]);
});
