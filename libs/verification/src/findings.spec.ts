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
    module: 'canary.so',
  });
});

it.each([
  { fixture: 'two-findings', findings: ['data race', 'data race'] },
  { fixture: 'no-symbolizer', findings: ['data race', 'data race'] },
  { fixture: 'thread-leak', findings: ['thread leak'] },
  { fixture: 'lock-order', findings: ['lock-order-inversion (potential deadlock)'] },
  { fixture: 'aslr', findings: [] },
])('$fixture holds $findings', ({ fixture: name, findings }) => {
  expect(parseFindings(fixture(name)).map(({ kind }) => kind)).toEqual(findings);
});

it('takes carriage returns, and what the program prints in between', () => {
  const text = fixture('two-findings');
  const disturbed = `no newline here${text.replaceAll(/^( {4}#1 )/gm, 'tick\r\n$1').replaceAll(/\r?\n/g, '\r\n')}bye`;

  expect(parseFindings(disturbed)).toEqual(parseFindings(text));
});

it('keeps a report that is cut off, without a summary', () => {
  const cut = fixture('canary').slice(0, 3000);

  expect(parseFindings(cut)).toMatchObject([{ kind: 'data race', summary: undefined }]);
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
])('$fixture: the sanitizer could not start', ({ fixture: name, message, remedy }) => {
  expect(findStartFailure(`compiling\n${fixture(name)}`)).toEqual({
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
});

it.each(['two-findings', 'no-symbolizer', 'thread-leak'])('%s: the sanitizer did start', (name) => {
  expect(findStartFailure(fixture(name))).toBeUndefined();
});

it('does not take a remark about a second start without randomisation for a finding', () => {
  const remark = 'WARNING: ThreadSanitizer: memory layout is incompatible, possibly due to high-entropy ASLR.\n';

  expect([parseFindings(remark), findStartFailure(remark)]).toEqual([[], undefined]);
});
