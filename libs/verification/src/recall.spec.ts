import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from '@jest/globals';

import { isExpectedRecall, type ProgramRecall, plainName, recallOf } from './recall.ts';
import type { ProgramRun, SeededProgram } from './seeded-programs.ts';

// Printed by clang 21's runtime, in our images.
function fixture(name: string): string {
  return readFileSync(path.join(import.meta.dirname, 'fixtures', `${name}.txt`), 'utf8');
}

const canary = fixture('canary');
const inOneStack = canary.replace('#0 store', '#0 load');
const cutOff = canary.slice(0, 3000);

const program: SeededProgram = {
  ...{ image: 'cpython-tsan', prelude: 'import canary', group: 'C API', name: 'store' },
  ...{ setup: '', work: 'canary.store()', twin: 'locked', rounds: 1, timeoutSeconds: 60, functions: ['store'] },
};

function run(part: Partial<ProgramRun> = {}): ProgramRun {
  const reported = part.output?.includes('WARNING: ThreadSanitizer') ?? false;
  return { program: 0, case: 'race', status: reported ? 66 : 0, timedOut: false, seconds: 0.5, output: '', ...part };
}

const race = run({ output: canary });
const twin = run({ case: 'twin' });

function recall(part: Partial<SeededProgram>, ...runs: ProgramRun[]): ProgramRecall {
  return recallOf({ ...program, ...part }, runs.length / 2, runs);
}

it('counts a race that is found in every run, and a twin that is clean in every run', () => {
  expect(recall({}, race, race, twin, twin)).toEqual({
    ...{ image: 'cpython-tsan', group: 'C API', name: 'store', runs: 2, found: 2, alarms: 0 },
    ...{ errors: [], reports: [], seconds: 2 },
  });
});

it.each([
  { what: 'one of its functions in both stacks', functions: ['load', 'store'], output: inOneStack, found: 1 },
  { what: 'a function far from the access', functions: ['_PyEval_EvalFrameDefault'], output: canary, found: 1 },
  { what: 'its function in one stack only', functions: ['store'], output: inOneStack, found: 0 },
  { what: 'another function', functions: ['swap'], output: canary, found: 0 },
  { what: 'its function in a report that is cut off', functions: ['store'], output: cutOff, found: 0 },
  { what: 'a part of its name', functions: ['stor'], output: canary, found: 0 },
  { what: 'no function', functions: ['store'], output: fixture('thread-leak'), found: 0 },
])('$what: found in $found of 1', ({ functions, output, found }) => {
  const { reports, ...counts } = recall({ functions }, run({ output }), twin);
  expect(counts).toMatchObject({ found, alarms: 0, errors: [] });
  expect(reports).toHaveLength(1 - found);
});

it('finds a race that is not the first report', () => {
  const output = `${fixture('thread-leak')}\n${canary}`;
  expect(recall({}, run({ output }), twin)).toMatchObject({ found: 1, reports: [] });
});

it('shows what is found in some runs only as a rate', () => {
  expect(recall({}, race, run(), race, twin, twin, twin)).toMatchObject({ runs: 3, found: 2, errors: [] });
});

it.each([
  { what: 'the race itself', output: canary },
  { what: 'another function', output: canary.replaceAll('store', 'load') },
  { what: 'a cut off report', output: cutOff },
  { what: 'a thread leak', output: fixture('thread-leak') },
])('$what in a twin is a false alarm', ({ output }) => {
  const result = recall({}, race, race, twin, run({ case: 'twin', output }));
  expect(result).toMatchObject({ found: 2, alarms: 1, errors: [] });
  expect(result.reports).toEqual([expect.stringMatching(/^twin: /)]);
});

it.each<{ part: Partial<ProgramRun>; error: string }>([
  { part: { timedOut: true, status: -9 }, error: 'did not end within 60 s' },
  { part: { timedOut: true, status: -9, output: canary }, error: 'did not end within 60 s' },
  { part: { status: -11 }, error: 'ended by signal 11' },
  { part: { status: 1, output: 'Traceback\nNameError: a\n' }, error: 'exit code 1: NameError: a' },
  { part: { status: 66 }, error: 'exit code 66' },
  { part: { status: 66, output: fixture('aslr') }, error: 'the sanitizer could not start: FATAL' },
])('$error: neither found nor clean', ({ part, error }) => {
  for (const it of ['race', 'twin'] as const) {
    const broken = run({ case: it, ...part });
    const result = recall({}, ...(it === 'race' ? [broken, twin] : [race, broken]));
    expect(result).toMatchObject({ found: it === 'race' ? 0 : 1, alarms: 0 });
    expect(result.errors).toEqual([expect.stringContaining(`${it}: ${error}`)]);
    expect(isExpectedRecall(result)).toBe(false);
  }
});

it('misses runs that are not there', () => {
  expect(recallOf(program, 2, [race, race, twin]).errors).toEqual(['twin: expected 2 runs, got 1']);
});

it.each<{ runs: ProgramRun[]; reason?: string; expected: boolean }>([
  { runs: [race, twin], expected: true },
  { runs: [run(), twin], expected: false },
  { runs: [run(), twin], reason: 'upstream suppresses it', expected: true },
  { runs: [race, twin], reason: 'upstream suppresses it', expected: true },
  { runs: [run(), run({ case: 'twin', output: canary })], reason: 'upstream suppresses it', expected: false },
])('is as expected: $expected (case %#)', ({ runs, reason, expected }) => {
  expect(isExpectedRecall(recall(reason === undefined ? {} : { reason }, ...runs))).toBe(expected);
});

it.each([
  ['store', 'store'],
  ['void csr_sort_indices<int, double>(int, int const*, int*, double*)', 'csr_sort_indices'],
  [
    'xsf::numpy::ufunc_traits<double (*)(double), std::integer_sequence<unsigned long, 0ul>>::loop(char**, void*)',
    'xsf::numpy::ufunc_traits::loop',
  ],
  ['(anonymous namespace)::cdist<f::g>(pybind11::args)', 'cdist'],
  ['operator()', 'operator()'],
  [
    'void pocketfft::detail::general_nd<pocketfft::detail::T_dct1<double>, double>(long)::(lambda)',
    'pocketfft::detail::general_nd',
  ],
])('the plain name of %s is %s', (name, plain) => {
  expect(plainName(name)).toBe(plain);
});
