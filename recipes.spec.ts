/** Runs the steps of recipes that can run outside an image: those that patch a source. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { root } from './tools/lint/repository.ts';

let source: string;

beforeEach(() => {
  source = mkdtempSync(path.join(tmpdir(), 'pysan-recipe-'));
});

afterEach(() => {
  rmSync(source, { recursive: true });
});

describe('patch-cpython', () => {
  const file = 'Objects/unicodeobject.c';
  const text = `
        int shared = 0;
        switch (PyUnicode_CHECK_INTERNED(s)) {
        case SSTATE_INTERNED_IMMORTAL:
            /* Make immortal interned strings mortal again.
             *
             * Currently, the runtime is not able to guarantee that it can exit
`;

  it.each`
    python         | sanitizer    | patched
    ${'3.13.5'}    | ${'address'} | ${true}
    ${'3.13.15t'}  | ${'address'} | ${true}
    ${'3.13t-dev'} | ${'address'} | ${true}
    ${'3.13.5'}    | ${'thread'}  | ${false}
    ${'3.14.3'}    | ${'address'} | ${false}
    ${'3.16t-dev'} | ${'address'} | ${false}
  `(
    'has LeakSanitizer ignore interned strings of $python for $sanitizer: $patched',
    ({ python, sanitizer, patched }) => {
      write(file, text);
      const { status } = run('sanitizer/patch-cpython', {
        python_version: python as string,
        sanitizer: sanitizer as string,
      });
      expect(status).toBe(0);
      expect(read(file).includes('case SSTATE_INTERNED_IMMORTAL:\n            { void __lsan_ignore_object')).toBe(
        patched,
      );
    },
  );

  it('fails where the patch no longer applies', () => {
    write(file, text.replace('SSTATE_INTERNED_IMMORTAL', 'INTERNED_FOR_GOOD'));
    const { status, stderr } = run('sanitizer/patch-cpython', { python_version: '3.13.99', sanitizer: 'address' });
    expect(status).toBe(1);
    expect(stderr).toContain('pysan: interned-strings.patch does not apply to CPython 3.13.99');
  });
});

describe('patch-scipy', () => {
  const file = 'subprojects/highs/highs/meson.build';

  it('has the library of HiGHS that nothing uses not built', () => {
    write(file, "do_install = get_option('do_install')\nlibrary('highs', install: do_install)\n");
    expect(run('scipy/patch-scipy')).toMatchObject({ status: 0, stderr: '' });
    expect(read(file)).toBe(
      "do_install = get_option('do_install')\nlibrary('highs', build_by_default: do_install, install: do_install)\n",
    );
  });

  it('leaves a scipy without HiGHS as it is', () => {
    expect(run('scipy/patch-scipy')).toMatchObject({ status: 0, stderr: '' });
  });

  it('fails where HiGHS says it otherwise', () => {
    write(file, "library('highs', install: true)\n");
    const { status, stderr } = run('scipy/patch-scipy');
    expect(status).toBe(1);
    expect(stderr).toContain('highs/meson.build has no "install: do_install" any more');
  });
});

/** Runs a recipe's step on the source. */
function run(step: string, inputs: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...inputs };
  return spawnSync(path.join(root, 'images/recipes', step), [source], { encoding: 'utf8', env });
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(source, file)), { recursive: true });
  writeFileSync(path.join(source, file), text);
}

function read(file: string): string {
  return readFileSync(path.join(source, file), 'utf8');
}
