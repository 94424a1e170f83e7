import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from '@jest/globals';

import { type CheckCase, parseCheck } from './check.ts';
import { judge, type Judgement, type Outcome } from './judge.ts';

function fixture(name: string): string {
  return readFileSync(path.join(import.meta.dirname, 'fixtures', `${name}.txt`), 'utf8');
}

function caseOf(expected: object): CheckCase {
  const cases = [{ title: 'x', proofs: [], command: ['x'], expect: expected }];
  const [checkCase] = parseCheck('check.json', JSON.stringify({ cases })).cases;
  if (checkCase === undefined) {
    throw new Error('unreachable');
  }
  return checkCase;
}

const silent = caseOf({ exitCode: 0, stdout: '^done$', stderr: 'empty' });
const findings = { min: 1, max: 1, kind: 'data race', inBothStacks: { function: 'store', source: 'canary.c:22' } };
const racy = caseOf({ exitCode: 66, findings });
const racyTwice = caseOf({ exitCode: 66, findings: { ...findings, min: 2, max: 2 } });
const racyAnywhere = caseOf({
  exitCode: 66,
  findings: { min: 1, kind: 'data race', inBothStacks: { module: 'race' } },
});
const heap = caseOf({
  exitCode: 1,
  findings: {
    min: 1,
    max: 1,
    kind: 'heap-use-after-free',
    inStacks: {
      READ: { function: 'use', source: 'memory.c:3' },
      'freed by': { function: 'main', source: 'memory.c:7' },
      'previously allocated by': { source: 'memory.c:5' },
    },
  },
});
const leaky = caseOf({
  exitCode: 1,
  findings: { min: 1, kind: 'detected memory leaks', inStacks: { 'Direct leak of 40 byte': { source: 'memory.c:5' } } },
});

const quiet: Outcome = { exitCode: 0, stdout: 'start\ndone\n', stderr: '', timedOut: false };
const found: Outcome = { ...quiet, exitCode: 66, stderr: fixture('canary') };

it('passes a silent program, and a race found with function and line in both stacks', () => {
  expect(judge(silent, quiet)).toEqual({ verdict: 'pass', reasons: [], findings: [], upstream: [], missed: false });
  expect(judge(racy, found)).toMatchObject({ verdict: 'pass', reasons: [], findings: [{ kind: 'data race' }] });
});

it('passes two findings where any number is right, interceptors innermost', () => {
  expect(judge(racyAnywhere, { ...found, stderr: fixture('two-findings') }).verdict).toBe('pass');
});

it('passes memory that was used after it was freed, and a leak among others, by the stacks that are named', () => {
  expect(judge(heap, { ...found, exitCode: 1, stderr: fixture('asan-use-after-free') }).reasons).toEqual([]);
  expect(judge(leaky, { ...found, exitCode: 1, stderr: fixture('leaks') }).reasons).toEqual([]);
});

it.each([
  {
    what: 'a race in a silent program',
    checkCase: silent,
    outcome: found,
    reason: 'findings: expected none, found 1: data race: store canary.c:22 / store canary.c:22',
  },
  {
    what: 'a wrong exit code',
    checkCase: silent,
    outcome: { ...quiet, exitCode: 1, stdout: 'done\nKeyError: 3\n' },
    reason: 'exit code: expected 0, got 1; its last line: "KeyError: 3"',
  },
  {
    what: 'other output',
    checkCase: silent,
    outcome: { ...quiet, stdout: 'not done' },
    reason: 'stdout: expected /^done$/, got "not done"',
  },
  {
    what: 'a warning',
    checkCase: silent,
    outcome: { ...quiet, stderr: 'careful\n' },
    reason: 'stderr: expected nothing, got "careful"',
  },
  {
    what: 'a missed race',
    checkCase: racy,
    outcome: { ...quiet, exitCode: 66 },
    reason: 'findings: expected 1, found none',
  },
  {
    what: 'a program that hangs',
    checkCase: racy,
    outcome: { ...found, exitCode: 137, timedOut: true },
    reason: 'did not end within 600 s',
  },
  {
    what: 'a report that is cut off',
    checkCase: racy,
    outcome: { ...found, stderr: fixture('canary').slice(0, 3000) },
    reason: 'finding 1: the report is cut off',
  },
  {
    what: 'another kind',
    checkCase: racy,
    outcome: { ...found, stderr: fixture('thread-leak') },
    reason: 'finding 1: expected a data race, found a thread leak',
  },
  {
    what: 'another kind, stacks',
    checkCase: racy,
    outcome: { ...found, stderr: fixture('thread-leak') },
    reason: 'finding 1: expected two stacks, found 0',
  },
  {
    what: 'another line',
    checkCase: racy,
    outcome: { ...found, stderr: found.stderr.replaceAll(':22:', ':23:') },
    reason: /finding 1: Write of size 4 at \w+ by thread T1: expected store canary.c:22, found store canary.c:23 < /,
  },
  {
    what: 'more findings than expected',
    checkCase: racy,
    outcome: { ...found, stderr: fixture('two-findings') },
    reason: /^findings: expected 1, found 2: data race: run race\.c:7 \/ run race\.c:7; data race/,
  },
  {
    what: 'no symbolizer',
    checkCase: racyAnywhere,
    outcome: { ...found, stderr: fixture('no-symbolizer') },
    reason: 'finding 1: 8 of 10 frames lack function or file, for instance <null> (race)',
  },
  {
    what: 'memory that was freed elsewhere',
    checkCase: heap,
    outcome: { ...found, exitCode: 1, stderr: fixture('asan-use-after-free').replace('memory.c:7', 'memory.c:8') },
    reason: 'finding 1: freed by thread T0 here: expected main memory.c:7, found free (memory) < main memory.c:8',
  },
  {
    what: 'a finding without a stack that is named',
    checkCase: heap,
    outcome: { ...found, exitCode: 1, stderr: fixture('asan-crash') },
    reason: 'finding 1: expected a stack "freed by…", found SEGV',
  },
  {
    what: 'no symbolizer of AddressSanitizer',
    checkCase: heap,
    outcome: { ...found, exitCode: 1, stderr: fixture('asan-no-symbolizer') },
    reason: 'finding 1: 6 of 8 frames lack function or file, for instance <null> (memory)',
  },
  {
    what: 'a leak in a silent program',
    checkCase: silent,
    outcome: { ...quiet, exitCode: 1, stderr: fixture('leaks') },
    reason: 'findings: expected none, found 1: detected memory leaks: main memory.c:10',
  },
  {
    what: 'a leak that is not the seeded one',
    checkCase: leaky,
    outcome: { ...found, exitCode: 1, stderr: fixture('leaks').replace('of 40 byte', 'of 41 byte') },
    reason: /finding 1: expected a stack "Direct leak of 40 byte…", found Direct leak of 70 .*; Direct leak of 41 /,
  },
])('fails $what: $reason', ({ checkCase, outcome, reason }) => {
  const { verdict, reasons } = judge(checkCase, outcome);

  expect(verdict).toBe('fail');
  expect(reasons).toContainEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
});

it('says first which limit ended a program, and holds a limit against none that did what it must', () => {
  const exceeded = 'killed: it needed more than the 12.0 GiB of memory';
  expect(judge(silent, { ...quiet, exitCode: 137, exceeded })).toMatchObject({
    verdict: 'fail',
    reasons: [exceeded, expect.stringMatching(/^exit code: expected 0, got 137/)],
  });
  expect(judge(racy, { ...found, exceeded })).toMatchObject({ verdict: 'pass', reasons: [] });
});

it('says could-not-start, with a remedy, though exit code 66 is that of a race', () => {
  const judgement = judge(racy, { ...found, stderr: fixture('aslr') });

  expect(judgement).toMatchObject({ verdict: 'could-not-start', findings: [], missed: false });
  expect(judgement.reasons.join('\n')).toMatch(/FATAL: ThreadSanitizer: .*\nremedy: .*sysctl -w vm\.mmap_rnd_bits=28/);
});

it('calls a race missed only when the program ended well: not when a finding is wrong, or it crashed or hung', () => {
  const missed = (outcome: Outcome): Judgement['missed'] => judge(racy, outcome).missed;

  expect(missed(quiet)).toBe(true);
  expect(missed({ ...found, stderr: fixture('thread-leak') })).toBe(false);
  expect(missed({ ...quiet, exitCode: 1 })).toBe(false);
  expect(missed({ ...quiet, timedOut: true })).toBe(false);
  expect(missed({ ...quiet, exitCode: 66 })).toBe(false);
});

it('calls one of two races missed when the other was found, and the program ended as it does then', () => {
  expect(judge(racyTwice, found)).toMatchObject({ verdict: 'fail', missed: true, findings: [{ kind: 'data race' }] });
  expect(judge(racyTwice, { ...found, exitCode: 139 }).missed).toBe(false);
});

const callback = caseOf({
  exitCode: 66,
  findings: { min: 1, max: 1, kind: 'data race', inBothStacks: { function: 'integrand', source: 'callback.c:25' } },
});
const broad = caseOf({ exitCode: 0, stdout: '^done$', stderr: 'empty', besides: 'upstream' });
const [theirs = '', seeded = ''] = fixture('upstream-first').split(/(?<=SUMMARY.*\n)/);
const init = 'scipy scipy/integrate/__quadpack.h init_callback';
const ofScipy = { owner: 'scipy', kind: 'data race', sites: [init, init] };

it('counts the seeded race alone, and lists that of upstream', () => {
  expect(judge(callback, { ...found, stderr: theirs + seeded })).toMatchObject({
    verdict: 'pass',
    findings: [{ kind: 'data race' }],
    upstream: [ofScipy],
  });
});

it('misses the seeded race where only that of upstream was found', () => {
  const reasons = ['findings: expected 1, found none'];
  expect(judge(callback, { ...found, stderr: theirs })).toMatchObject({ verdict: 'fail', missed: true, reasons });
});

it('neither passes nor fails a program whose only findings are of upstream', () => {
  const judged = judge(broad, { ...quiet, exitCode: 66, stderr: theirs });
  expect(judged).toEqual({ verdict: 'upstream', reasons: [], findings: [], upstream: [ofScipy], missed: false });
  expect(judge(broad, quiet).verdict).toBe('pass');
});

it.each([
  { what: 'finds something else as well', outcome: { exitCode: 66, stderr: theirs + seeded } },
  { what: 'does not end its work', outcome: { exitCode: 66, stdout: 'half', stderr: theirs } },
  { what: 'ends otherwise', outcome: { exitCode: 139, stderr: theirs } },
  { what: 'prints what it should not', outcome: { stderr: 'careful' } },
])('fails a program that $what', ({ outcome }) => {
  expect(judge(broad, { ...quiet, ...outcome }).verdict).toBe('fail');
});

it('fails a twin of which nothing of upstream is expected', () => {
  expect(judge(silent, { ...quiet, exitCode: 66, stderr: theirs }).reasons).toContainEqual(
    'findings: expected none, found 1: data race: init_callback __quadpack.h:140 / init_callback __quadpack.h:148',
  );
});
