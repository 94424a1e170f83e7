/**
 * Each proof of AddressSanitizer must fail where it must: an image is spoilt, and the check that passed on it fails.
 *
 * @images cpython-asan 3.13.5t
 */
import { describe, expect, it } from '@jest/globals';
import type { Report } from '@pysan/verification';

import { derive, reasons, verifyAs } from './controls.ts';

const image = 'cpython-asan:3.13.5t';
const chain = ['toolchain', 'cpython', 'cpython-asan'];

function verify(reference: string, ...begins: string[]): Promise<Report> {
  return verifyAs(chain, '3.13.5t', reference, begins);
}

describe('memory that an extension reads after it freed it', () => {
  const bug = 'cpython-asan/memory: malloc: use after free is found';

  it('is found, and the plain interpreter finds nothing in the same source', async () => {
    const report = await verify(image, bug, 'cpython-asan/memory: the plain interpreter');
    expect([report.verdict, report.results.length]).toEqual(['pass', 2]);
  });

  it('is not found where the extension is not instrumented', async () => {
    const report = await verify(await derive(image, 'asan-plain-flags', 'ENV CFLAGS=-O2 LDFLAGS='), bug);
    expect(report.verdict).toBe('fail');
    expect(reasons(report)).toMatch('findings: expected 1, found none');
  });

  it('is not enough without the symbolizer', async () => {
    const spoil = 'RUN rm "$(command -v llvm-symbolizer)"';
    const report = await verify(await derive(image, 'asan-no-symbolizer', spoil), bug);
    expect(report.verdict).toBe('fail');
    expect(reasons(report)).toMatch(/frames lack function or file/);
  });
});

describe('an extension module that is not instrumented', () => {
  it('is named', async () => {
    const folder = '$(python -c "import sysconfig; print(sysconfig.get_path(\'platstdlib\'))")/lib-dynload';
    const compile = `RUN echo 'int plain;' | clang -g -shared -x c - -o ${folder}/plain.so`;
    const report = await verify(await derive(image, 'asan-plain-module', compile), 'cpython/instrumented');
    expect(reasons(report)).toMatch(/plain\.so: not instrumented by address/);
  });
});

describe('a block that a library of the interpreter reads past its end', () => {
  const bug = 'cpython-asan/library-memory: a block of an extension that libz';

  it("is not found in Debian's own", async () => {
    expect((await verify(image, bug)).verdict).toBe('pass');
    const debians = 'RUN cp /usr/lib/*-linux-gnu/libz.so.1 /opt/native/lib/';
    const report = await verify(await derive(image, 'asan-debians-zlib', debians), bug, 'cpython/instrumented');
    expect(reasons(report)).toMatch(/findings: expected 1, found none/);
    expect(reasons(report)).toMatch(/libz\.so\.1: not instrumented by address/);
  });
});

describe('an interpreter that is linked without libstdc++', () => {
  it('dies of an exception that is caught', async () => {
    const exception = 'cpython-asan/exceptions';
    expect((await verify(image, exception)).verdict).toBe('pass');
    const report = await verify(await derive(image, 'asan-no-libstdcxx', relink), exception);
    expect(reasons(report)).toMatch(/exit code: expected 0, got 1/);
    expect(reasons(report)).toMatch(/CHECK failed.*real___cxa_throw/);
  });
});

// The interpreter's own objects, from the archive for those who embed it, linked as they would by default.
const relink = [
  'RUN python=$(python -c "import sys; print(sys.executable)");',
  'library=$(echo ${python%/bin/*}/lib/libpython*.a);',
  "echo 'int Py_BytesMain(int, char **); int main(int count, char **words) { return Py_BytesMain(count, words); }' |",
  'clang -fsanitize=address -x c - -x none -Wl,--whole-archive "$library" -Wl,--no-whole-archive',
  '-Wl,--export-dynamic /opt/pysan/asan-defaults.o -lm -o "$(readlink -f "$python")"',
].join(' ');

describe('leaks', () => {
  it('are reported in spite of a suppression that a child adds where the file is not read', async () => {
    const baked = 'cpython-asan/leaks: suppressions that a child image adds';
    expect((await verify(image, baked)).verdict).toBe('pass');
    const report = await verify(
      await derive(image, 'asan-no-baked', 'RUN ln -sf /dev/null /etc/pysan/lsan.supp'),
      baked,
    );
    expect(reasons(report)).toMatch(/findings: expected none, found 1: detected memory leaks: forget leaking\.c/);
  });

  it('are looked for by default where the baked-in options are not read', async () => {
    const unasked = 'cpython-asan/leaks: leaks are not looked for';
    const report = await verify(await derive(image, 'asan-no-options', 'RUN rm /etc/pysan/asan.options'), unasked);
    expect(reasons(report)).toMatch(/findings: expected none, found 1: detected memory leaks: forget leaking\.c/);
  });
});
