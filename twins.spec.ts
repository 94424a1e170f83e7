/**
 * The images of one component for ThreadSanitizer and for AddressSanitizer are twins: their Dockerfiles and their
 * common checks differ in the names of the sanitizer, and in what is listed here.
 */
import { expect, it } from '@jest/globals';

import { readText, repositoryFiles } from './tools/lint/repository.ts';

interface Differences {
  /** Checks that only one of the two has. */
  readonly checks: readonly string[];
  /** By file, the lines that only one of the two has. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
}

const allowed: Readonly<Record<string, Differences>> = {
  'native-tsan': {
    checks: ['races'],
    lines: {},
  },
  'native-asan': {
    checks: ['memory'],
    lines: {},
  },
  'cpython-tsan': {
    checks: ['canary', 'cxx-threads', 'heap', 'library-races', 'openmp'],
    lines: {
      Dockerfile: ['    echo /opt/pysan/lib >/etc/ld.so.conf.d/pysan.conf; ldconfig; \\'],
    },
  },
  'cpython-asan': {
    checks: ['exceptions', 'leaks', 'library-memory', 'memory', 'new-and-delete'],
    lines: {},
  },
  'openblas-tsan': {
    checks: ['races'],
    lines: {},
  },
  'openblas-asan': {
    checks: ['memory'],
    lines: {},
  },
  'numpy-tsan': {
    checks: ['races'],
    lines: {
      Dockerfile: [
        '# numpy with ThreadSanitizer, without vector dispatch, on an instrumented OpenBLAS, and its tests.',
        'ARG numpy_dispatch=none',
        '# With threads of its own OpenBLAS takes one call after the other, and that order hides races of its callers.',
        'ENV OPENBLAS_NUM_THREADS=1',
      ],
    },
  },
  'numpy-asan': {
    checks: ['leaks', 'loops', 'memory'],
    lines: {
      Dockerfile: [
        '# numpy with AddressSanitizer, which sees vector loops as well, on an instrumented OpenBLAS, and its tests.',
        'ARG numpy_dispatch=full',
      ],
    },
  },
};

const files = repositoryFiles();
const twins = files.flatMap((file) => /^images\/(.+)-tsan\/Dockerfile$/.exec(file)?.[1] ?? []).filter(hasAddressTwin);

it('compares twins, and lists no image that has none', () => {
  expect(Object.keys(allowed).toSorted()).toEqual(twins.flatMap((name) => [`${name}-asan`, `${name}-tsan`]).toSorted());
});

it.each(twins)('the images of %s have the same checks, but for those that are listed', (name) => {
  expect(commonChecks(`${name}-tsan`)).toEqual(commonChecks(`${name}-asan`));
});

it.each(twins.flatMap(commonFiles))(
  'the images of $name have the same $file, but for the lines that are listed',
  (it) => {
    expect(commonLines(`${it.name}-tsan`, it.file)).toEqual(commonLines(`${it.name}-asan`, it.file));
  },
);

function hasAddressTwin(name: string): boolean {
  return files.includes(`images/${name}-asan/Dockerfile`);
}

function commonChecks(image: string): string[] {
  const checks = new Set(filesOf(image).flatMap((file) => /^checks\/([^/]+)/.exec(file)?.[1] ?? []));
  const own = allowed[image]?.checks ?? [];
  expect([...checks]).toEqual(expect.arrayContaining([...own]));
  return [...checks].filter((check) => !own.includes(check));
}

/** The Dockerfile, and each file that a common check has in either twin. */
function commonFiles(name: string): { name: string; file: string }[] {
  const inside = [`${name}-tsan`, `${name}-asan`].flatMap((image) =>
    commonChecks(image).flatMap((check) => filesOf(image).filter((file) => file.startsWith(`checks/${check}/`))),
  );
  return ['Dockerfile', ...new Set(inside)].map((file) => ({ name, file }));
}

/** Paths in the image's folder. */
function filesOf(image: string): string[] {
  const folder = `images/${image}/`;
  return files.filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length));
}

/** The lines of a file without those that only this twin may have, in the words of AddressSanitizer. */
function commonLines(image: string, file: string): string[] {
  const lines = readText(`images/${image}/${file}`).split('\n');
  for (const line of allowed[image]?.lines[file] ?? []) {
    expect(lines).toContain(line);
    lines.splice(lines.indexOf(line), 1);
  }
  return lines.map((line) =>
    line
      .replaceAll('ThreadSanitizer', 'AddressSanitizer')
      .replaceAll(/\btsan\b/g, 'asan')
      .replaceAll(/\bthread\b/g, 'address'),
  );
}
