/** Runs the steps of recipes that can run outside an image: those that patch a source, and those that read passports. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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

describe('patch-source', () => {
  const file = 'src/dlmalloc.c';
  const text = `
  return 0;
}

/* support for mallopt */
static int change_mparam(int param_number, int value) {
  size_t val = (size_t)value;
`;

  it("has libffi's allocator prepare itself when it is loaded", () => {
    write(file, text);
    expect(run('native/patch-source', { name: 'libffi' })).toMatchObject({ status: 0, stderr: '' });
    expect(read(file)).toContain('__attribute__((constructor))');
  });

  it('leaves a library without a patch as it is', () => {
    expect(run('native/patch-source', { name: 'zlib' })).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(['libffi', 'openssl', 'sqlite3'])('fails where %s is another', (name) => {
    for (const path of [file, 'crypto/mem.c', 'src/mutex.c', 'src/sqliteInt.h']) {
      write(path, 'int other;\n');
    }
    const { status, stderr } = run('native/patch-source', { name });
    expect(status).toBe(1);
    expect(stderr).toContain(`pysan: ${name}.patch does not apply to this version of ${name}`);
  });
});

const toolchain = { llvm: '1:22.1.8', architecture: 'amd64', chain: [{ image: 'toolchain', build_id: '1' }] };
const openblas = {
  ...toolchain,
  image: 'openblas-tsan',
  sanitizer: 'thread',
  openblas: { version: '0.3.29' },
  sources: [{ name: 'openblas' }],
  chain: [...toolchain.chain, { image: 'openblas-tsan', build_id: '2' }],
};

describe('write-passport', () => {
  it('has what the parent, the images that files were taken from and the image itself say, each once', () => {
    const parent = {
      ...toolchain,
      sanitizer: null,
      sources: [{ name: 'cpython' }],
      chain: [...toolchain.chain, { image: 'cpython', build_id: '3' }],
    };
    write('passport.json', JSON.stringify(parent));
    write('taken.json', JSON.stringify(openblas));
    write('fragment.json', JSON.stringify({ sanitizer: 'thread', sources: [{ name: 'numpy' }] }));
    const at = (file: string): string => path.join(source, file);
    const inputs = { image: 'numpy-tsan', build_id: '4', passport: at('passport.json'), fragment: at('fragment.json') };
    expect(run('common/write-passport', { ...inputs, taken: at('taken.json') })).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(JSON.parse(read('passport.json'))).toEqual({
      ...{ image: 'numpy-tsan', build_id: '4', llvm: '1:22.1.8', architecture: 'amd64', sanitizer: 'thread' },
      openblas: { version: '0.3.29' },
      sources: ['cpython', 'openblas', 'numpy'].map((name) => ({ name })),
      chain: [
        { image: 'toolchain', build_id: '1' },
        { image: 'cpython', build_id: '3' },
        { image: 'openblas-tsan', build_id: '2' },
        { image: 'numpy-tsan', build_id: '4' },
      ],
    });
  });
});

describe('check-taken', () => {
  it.each`
    what                  | sanitizer    | taken                                      | says
    ${'the same'}         | ${'thread'}  | ${{}}                                      | ${''}
    ${'a sanitizer'}      | ${'address'} | ${{}}                                      | ${'openblas-tsan has the sanitizer thread, expected address.\npysan: what fits: ./pysan build openblas-asan'}
    ${'no sanitizer'}     | ${'thread'}  | ${{ image: 'toolchain', sanitizer: null }} | ${'toolchain has the sanitizer none, expected thread.'}
    ${'another LLVM'}     | ${'thread'}  | ${{ llvm: '1:21.1.8' }}                    | ${'openblas-tsan has the llvm 1:21.1.8, expected 1:22.1.8.'}
    ${'another platform'} | ${'thread'}  | ${{ architecture: 'arm64' }}               | ${'openblas-tsan has the architecture arm64, expected amd64.'}
    ${'no passport'}      | ${'thread'}  | ${undefined}                               | ${'it has no passport, so it is no image of pysan. What fits: ./pysan build openblas-tsan'}
  `('says of $what: "$says"', ({ sanitizer, taken, says }) => {
    write('own.json', JSON.stringify(toolchain));
    if (taken !== undefined) {
      write('etc/pysan/passport.json', JSON.stringify({ ...openblas, ...(taken as object) }));
    }
    const inputs = { sanitizer: sanitizer as string, taken: source, own: path.join(source, 'own.json') };
    const { status, stderr } = run('common/check-taken', { ...inputs, argument: 'openblas_image' });
    expect(status).toBe(says === '' ? 0 : 1);
    expect(stderr).toContain(says === '' ? '' : `pysan: openblas_image: ${says as string}`);
  });
});

it('check-taken names what fits by the argument', () => {
  write('own.json', JSON.stringify(toolchain));
  write('etc/pysan/passport.json', JSON.stringify({ ...openblas, image: 'native-tsan' }));
  const inputs = { sanitizer: 'address', taken: source, own: path.join(source, 'own.json') };
  expect(run('common/check-taken', { ...inputs, argument: 'native_image' }).stderr).toBe(
    'pysan: native_image: native-tsan has the sanitizer thread, expected address.\npysan: what fits: ./pysan build native-asan\n',
  );
});

describe('with-slot', () => {
  it('runs no more at once than there are cores, and goes on after one that was killed', async () => {
    write('bin/nproc', '#!/bin/sh\necho 1\n');
    chmodSync(path.join(source, 'bin/nproc'), 0o755);
    const log = path.join(source, 'log');
    const command = `echo begin >>${log}; sleep 0.3; echo end >>${log}`;
    const env = {
      ...process.env,
      PATH: `${source}/bin:${process.env['PATH'] ?? ''}`,
      slots: path.join(source, 'slots'),
    };
    const start = (script: string) =>
      spawn(path.join(root, 'images/recipes/common/with-slot'), ['sh', '-c', script], { env });
    const killed = start(`exec sh -c 'echo begin >>${log}; exec sleep 60'`);
    await waitFor(() => existsSync(log));
    const others = [start(command), start(command)].map((child) => once(child, 'exit'));
    killed.kill('SIGKILL');
    await Promise.all(others);
    expect(read('log')).toBe('begin\nbegin\nend\nbegin\nend\n');
  });

  it('ends as its command ends', () => {
    const env = { ...process.env, slots: path.join(source, 'slots') };
    const { status } = spawnSync(path.join(root, 'images/recipes/common/with-slot'), ['sh', '-c', 'exit 7'], { env });
    expect(status).toBe(7);
  });
});

async function waitFor(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 4000; !isTrue() && Date.now() < end;) {
    await sleep(10);
  }
}

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
