/**
 * The measure of recall must fail where it must: on an interpreter that finds nothing, and on a twin that races.
 *
 * @images cpython-tsan 3.13.5t
 * @files images/cpython-tsan/recall tools/cli/src/commands/verify.ts
 */
import { expect, it } from '@jest/globals';
import { runContainer } from '@pysan/engine';
import { measureRecall, readPrograms } from '@pysan/proving';
import { isExpectedRecall, type RecallReport, type SeededProgram } from '@pysan/verification';

import { pysan, root } from './pysan.ts';

const reference = 'cpython-tsan:3.13.5t';
const plainPython = '/opt/build-python/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const plain = { PATH: plainPython, CFLAGS: '-O2', LDFLAGS: '' };

const name = 'field of a C struct';

/** Three runs of one program of the list, after a change to it. */
async function measure(change: Partial<SeededProgram>, env: Readonly<Record<string, string>> = {}) {
  const { programs, ...seeded } = await readPrograms(root, ['cpython-tsan']);
  const changed = programs.filter((program) => program.name === name).map((program) => ({ ...program, ...change }));
  const subject = { image: reference, buildId: '', imageId: '' };
  const measurement = { root, reference, subject, env, runs: 3, run: runContainer, onProgram: () => undefined };
  return measureRecall({ ...measurement, seeded: { ...seeded, programs: changed } });
}

function onlyProgram({ programs }: RecallReport) {
  expect(programs).toHaveLength(1);
  return programs[0];
}

it('finds the race, and nothing in the twin', async () => {
  const report = await measure({});
  expect(report.verdict).toBe('pass');
  expect(onlyProgram(report)).toMatchObject({ found: 3, alarms: 0, errors: [] });
});

it('finds nothing with a plain interpreter, and fails', async () => {
  const report = await measure({}, plain);
  expect(report.verdict).toBe('fail');
  expect(onlyProgram(report)).toMatchObject({ found: 0, alarms: 0, errors: [] });
});

it('does not count a report that names another function', async () => {
  const report = await measure({ functions: ['set_flag'] });
  expect(report.verdict).toBe('fail');
  expect(onlyProgram(report)).toMatchObject({ found: 0, errors: [], reports: [expect.stringMatching(/deposit/)] });
});

it('counts a race that is planted in a twin as a false alarm', async () => {
  const report = await measure({ setup: 'account = shared', prelude: 'import seeded; shared = seeded.new_account()' });
  expect(report.verdict).toBe('fail');
  expect(onlyProgram(report)).toMatchObject({ found: 3, alarms: 3 });
});

it('shows a program that breaks as an error, neither found nor clean', async () => {
  const program = onlyProgram(await measure({ work: 'import os; os.kill(os.getpid(), 9)' }));
  expect(program).toMatchObject({ found: 0, alarms: 0 });
  expect(program?.errors).toHaveLength(6);
  expect(program !== undefined && isExpectedRecall(program)).toBe(false);
});

it('stops a program that does not end', async () => {
  const program = onlyProgram(await measure({ work: 'while True: pass', timeoutSeconds: 2 }));
  expect(program?.errors).toEqual(expect.arrayContaining(['race: did not end within 2 s']));
  expect(program?.errors).toHaveLength(6);
});

it.each([
  { args: ['cpython', '--python', '3.13.5t'], message: /cpython has no recall\. .*ThreadSanitizer/ },
  { args: ['numpy-tsan', '--python', '3.13.5'], message: /measured on free-threaded Python/ },
])('tells why $args cannot be measured, with exit code 2', async ({ args, message }) => {
  const { exitCode, output } = await pysan(['verify', '--recall', ...args]);
  expect({ exitCode, output }).toEqual({ exitCode: 2, output: expect.stringMatching(message) });
});
