/**
 * `san` on the real runtimes. What needs no real runtime is in tools/san/tests.
 *
 * @images cpython-tsan 3.13.5t
 * @images cpython-asan 3.13.5t
 * @files tools/e2e/src/san
 */
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { type ContainerResult, runContainer } from '@pysan/engine';

const tsan = 'cpython-tsan:3.13.5t';
const asan = 'cpython-asan:3.13.5t';
const compile = (name: string): string => `$CC $CFLAGS -fPIC -shared $LDFLAGS ${name}.c -o lib${name}.so`;

interface Finding {
  readonly counts: boolean;
  readonly owner: { readonly kind: string };
  readonly sites: readonly { readonly function: string }[];
  readonly tests: readonly string[];
}

/** Runs a script in a container, in a copy of one of the projects beside this file. */
async function inCopyOf(project: string, image: string, ...script: string[]): Promise<ContainerResult> {
  const source = path.join(import.meta.dirname, 'san', project);
  const command = ['bash', '-ec', ['cp -r /project /tmp/copy; cd /tmp/copy', ...script].join('\n')];
  return runContainer({ image, command, mounts: [{ source, target: '/project' }] });
}

/** The findings that the last command of a script printed. */
function findingsIn({ stdout }: ContainerResult): Finding[] {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  return (JSON.parse(line) as { entries: Finding[] }).entries;
}

describe('with ThreadSanitizer, san pytest', () => {
  it('names twenty races in twenty tests of one process and its children', async () => {
    const answer = await inCopyOf(
      'races',
      tsan,
      compile('sites'),
      'code=0; san pytest -- -p no:cacheprovider || code=$?; [ $code = 8 ]',
      'jq --compact-output . .san/*/findings.json',
    );
    const named = findingsIn(answer).map(({ sites, tests }) => [sites[0]?.function, tests]);
    const expected = Array.from({ length: 20 }, (_, number) => [
      `site_${String(number)}`,
      [`test_sites.py::test_${number < 15 ? 'here' : 'in_a_child'}[${String(number)}]`],
    ]);
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(expected));
  });

  it('starts again behind a race that ends the process', async () => {
    const answer = await inCopyOf(
      'races',
      tsan,
      compile('sites'),
      'code=0; TSAN_OPTIONS=halt_on_error=1 san pytest -- -k "here and (0 or 11)" || code=$?; [ $code = 9 ]',
      'jq --compact-output . .san/*/findings.json',
    );
    expect(
      findingsIn(answer)
        .flatMap(({ tests }) => tests)
        .toSorted(),
    ).toEqual(['test_sites.py::test_here[0]', 'test_sites.py::test_here[10]', 'test_sites.py::test_here[11]']);
  });
});

describe('python -m pytest, without san,', () => {
  it.each<{ options: string; how: string }>`
    options              | how
    ${''}                | ${'fails the test with the report'}
    ${'halt_on_error=1'} | ${'shows the report of a race that ended the process'}
  `('$how', async ({ options }) => {
    const answer = await inCopyOf(
      'races',
      tsan,
      compile('sites'),
      `TSAN_OPTIONS=${options} python -m pytest -k "here and 3" 2>&1`,
    );
    expect(answer.exitCode).toBe(66);
    expect(answer.stdout).toMatch(/site_3 .*sites\.c:\d+/);
  });

  it('is green, and leaves nothing, where there is nothing', async () => {
    const test = 'echo "def test_clean(): pass" >test_clean.py';
    const answer = await inCopyOf('races', tsan, test, 'python -m pytest test_clean.py', '[ ! -e .san ]');
    expect(answer).toMatchObject({ exitCode: 0 });
  });
});

it('accounts for fifty tests of which three end the process under AddressSanitizer', async () => {
  const answer = await inCopyOf(
    'aborts',
    asan,
    compile('late'),
    'code=0; san pytest -- -q || code=$?; [ $code = 9 ]',
    `jq --raw-output 'select(.event == "test").id' .san/*/journal.jsonl | sort | uniq --count | awk '$1 == 1' | wc -l`,
    'jq --compact-output . .san/*/findings.json',
  );
  expect(answer.stdout).toMatch(/^50$/m);
  expect(findingsIn(answer).flatMap(({ tests }) => tests)).toEqual([
    'test_late.py::test_number[7]',
    'test_late.py::test_number[8]',
    'test_late.py::test_number[49]',
  ]);
});

it.each([tsan, asan])('san build, in %s, builds what imports itself while it is built, instrumented', async (image) => {
  const script = ['san build .', 'cd /; san audit itself | grep "^instrumented .*itself"', 'build-wheel /tmp/copy'];
  expect(await inCopyOf('imports-itself', image, ...script)).toMatchObject({ exitCode: 0 });
});

it('san doctor says that nothing hides findings, and says what does', async () => {
  const script = ['san doctor', 'code=0; TSAN_OPTIONS=report_bugs=0 san doctor || code=$?; [ $code = 3 ]'];
  const answer = await inCopyOf('races', tsan, ...script);
  expect(answer.exitCode).toBe(0);
  expect(answer.stdout).toMatch(/nothing hides findings[^]*report-bugs: /);
});
