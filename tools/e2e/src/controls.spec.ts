/**
 * Each proof must fail where it must: an image is spoilt, and the check that passed on it fails.
 *
 * @images numpy-tsan 3.13.5t
 * @files tools/cli/src/commands/build.ts tools/cli/src/commands/run.ts
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { runContainer } from '@pysan/engine';
import { findCaBundle } from '@pysan/http';
import type { Report } from '@pysan/verification';

import { buildControl, derive, mayRandomise, reasons, verdicts, verifyAs, withRandomisation } from './controls.ts';
import { pysan } from './pysan.ts';

const image = 'numpy-tsan:3.13.5t';
const parent = 'cpython-tsan:3.13.5t';
const chain = ['toolchain', 'cpython', 'cpython-tsan', 'numpy-tsan'];

function verify(reference: string, ...begins: string[]): Promise<Report> {
  return verifyAs(chain, '3.13.5t', reference, begins);
}

describe('the race of the canary', () => {
  const race = 'cpython-tsan/canary: a race is found';

  it('is found, and the plain interpreter finds nothing in the same source', async () => {
    const report = await verify(image, race, 'cpython-tsan/canary: the plain interpreter runs', 'cpython/control');
    expect([report.verdict, report.results.length]).toEqual(['pass', 3]);
  });

  it('is not found by a plain interpreter', async () => {
    const plain = 'ENV PATH=/opt/build-python/bin:$PATH CFLAGS=-O2 LDFLAGS=';
    const report = await verify(await derive(image, 'plain', plain), race);
    expect(report.verdict).toBe('fail');
    expect(report.results[0]?.tries).toBe(3);
    expect(reasons(report)).toMatch('findings: expected 1, found none');
  });

  it('is not enough without the symbolizer', async () => {
    const report = await verify(await derive(image, 'no-symbolizer', 'RUN rm "$(command -v llvm-symbolizer)"'), race);
    expect(report.verdict).toBe('fail');
    expect(reasons(report)).toMatch(/frames lack function or file/);
  });

  it('is found in spite of a baked-in suppression where the file is not read', async () => {
    const baked = 'cpython-tsan/canary: baked-in';
    expect((await verify(image, baked)).verdict).toBe('pass');
    const report = await verify(await derive(image, 'no-baked', 'RUN ln -sf /dev/null /etc/pysan/tsan.supp'), baked);
    expect(reasons(report)).toMatch(/findings: expected none, found 1: data race: store canary\.c/);
  });
});

describe('what is not instrumented', () => {
  it('is nothing in the image as it is', async () => {
    expect((await verify(image, 'cpython/instrumented')).verdict).toBe('pass');
  });

  const modules = '$(python -c "import sysconfig; print(sysconfig.get_path(\'platstdlib\'))")/lib-dynload';

  it.each<{ file: string }>`
    what                     | file
    ${'an extension module'} | ${`${modules}/plain.so`}
    ${'OpenBLAS'}            | ${'/usr/local/lib/libopenblas.so.0'}
    ${'a library'}           | ${'/opt/native/lib/libplain.so'}
  `('is named: $what', async ({ file }) => {
    const name = path.basename(file);
    const compile = `RUN echo 'int plain;' | clang -g -shared -Wl,-soname,${name} -x c - -o ${file}`;
    const report = await verify(await derive(image, `plain-${name}`, compile), 'cpython/instrumented');
    expect(report.verdict).toBe('fail');
    expect(reasons(report)).toMatch(`${name}: not instrumented by thread`);
  });
});

describe('a race inside a library that the interpreter is linked with', () => {
  const race = 'cpython-tsan/library-races: a race of an extension on an object of libz';

  it("has no function and file in Debian's own", async () => {
    expect((await verify(image, race)).verdict).toBe('pass');
    const debians = 'RUN cp /usr/lib/*-linux-gnu/libz.so.1 /opt/native/lib/';
    const report = await verify(await derive(image, 'debians-zlib', debians), race, 'cpython/instrumented');
    // The runtime still sees the memory that zlib has libc set.
    expect(reasons(report)).toMatch(/expected deflateReset deflate\.c, found memset/);
    expect(reasons(report)).toMatch(/libz\.so\.1: not instrumented by thread/);
  });
});

const hasWideVectors = /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));

(hasWideVectors ? describe : describe.skip)('numpy with vector dispatch', () => {
  it('hides races of add, multiply and sort', async () => {
    expect((await verify(image, 'numpy-tsan/races')).verdict).toBe('pass');
    const report = await verify(await buildDispatching(), 'numpy-tsan/numpy', 'numpy-tsan/races');
    expect(report.verdict).toBe('fail');
    expect(verdicts(report)).toMatchObject({
      'add, vector and scalar path: both races are found': 'fail',
      'multiply, vector and scalar path: both races are found': 'fail',
      'sort, vector and scalar path: both races are found': 'fail',
      'copy, vector and scalar path: both races are found': 'pass',
      'fill, vector and scalar path: both races are found': 'pass',
    });
    // The scalar path's are found there, too.
    for (const loop of ['DOUBLE_add', 'DOUBLE_multiply', '_aligned_']) {
      expect(reasons(report)).toMatch(`findings: expected 2, found 1: data race: ${loop}`);
    }
    expect(reasons(report)).toMatch(/'dispatch': 'full'/);
  });
});

/** The numpy of the image under test, by the same Dockerfile. */
async function buildDispatching(): Promise<string> {
  const { stdout } = await runContainer({ image, command: ['cat', '/etc/pysan/passport.json'], network: 'none' });
  const { sources } = JSON.parse(stdout) as { sources: { name: string; version: string; sha256: string }[] };
  const numpy = sources.find(({ name }) => name === 'numpy');
  const values = [
    `base_image=${parent}`,
    `numpy_version=${String(numpy?.version)}`,
    `numpy_pin=${String(numpy?.version)}=${String(numpy?.sha256)}`,
    'numpy_dispatch=full',
  ];
  const bundle = findCaBundle(process.env);
  const secret = bundle === undefined ? [] : [`--secret=id=ca,src=${bundle}`];
  const file = ['--file', 'images/numpy-tsan/Dockerfile', '.'];
  return buildControl('dispatch', [...values.map((value) => `--build-arg=${value}`), ...secret, ...file]);
}

(mayRandomise() ? describe : describe.skip)('a host with 32 bits of randomisation', () => {
  it('makes the verdict could-not-start, with the remedy', async () => {
    expect((await verify(image, 'cpython/silent')).verdict).toBe('pass');
    const report = await withRandomisation(32, () => verify(image, 'cpython/silent', 'cpython-tsan/canary'));
    expect(report.verdict).toBe('could-not-start');
    expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(['could-not-start']));
    expect(reasons(report)).toMatch(/FATAL: ThreadSanitizer: .*\nremedy: .*sysctl -w vm\.mmap_rnd_bits=28/);
  });

  it('does not keep pysan run from working', async () => {
    const start = 'for start in 1 2 3 4 5 6 7 8; do python -c pass || exit; done; echo started';
    const args = ['run', 'numpy-tsan', '--python', '3.13.5t', '--', 'sh', '-c', start];
    expect(await withRandomisation(32, () => pysan(args))).toEqual({ exitCode: 0, output: 'started' });
  });

  it('is told by pysan build before anything is built', async () => {
    const args = ['build', 'numpy-tsan', '--python', '3.13.15t'];
    const { exitCode, output } = await withRandomisation(32, () => pysan(args));
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringMatching(/sysctl vm\.mmap_rnd_bits=28/) });
    expect(output).not.toMatch(/ RUN /);
  });
});
