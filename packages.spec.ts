/** Checks how packages, folders and files import each other: in no circle, and just what their package.json declares. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { readJson, repositoryFiles, root } from './tools/lint/repository.ts';

jest.setTimeout(120_000);

/** What is read of https://github.com/sverweij/dependency-cruiser/blob/main/src/schema/cruise-result.schema.json. */
interface Cruise {
  readonly modules: readonly Module[];
  readonly summary: { readonly violations: readonly Violation[] };
}

interface Module {
  readonly source: string;
  readonly dependencies: readonly { readonly module: string; readonly coreModule: boolean }[];
}

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const spec = '[.]spec[.]ts$';

// The CLI reads the schemas of the executors, by import.meta.resolve.
const resolved: Readonly<Record<string, readonly string[]>> = { 'tools/cli': ['@pysan/nx-image'] };

describe('circles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pysan-circles-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function plant(file: string, imported: string): void {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), `import '${imported}';\n`);
  }

  it('are nowhere', () => {
    // A double is made of what it stands for, and the specs of that use the double.
    expect(describeViolations(cruise(root, ['libs', 'tools', 'bench'], '--exclude', spec))).toEqual([]);
  });

  it('would be found', () => {
    plant('libs/files/src/one.ts', './other.ts');
    plant('libs/files/src/other.ts', './one.ts');
    plant('libs/folders/src/left/a.ts', '../right/b.ts');
    plant('libs/folders/src/left/d.ts', 'node:fs');
    plant('libs/folders/src/right/b.ts', 'node:fs');
    plant('libs/folders/src/right/c.ts', '../left/d.ts');
    plant('libs/nested/src/index.ts', './inner/a.ts');
    plant('libs/nested/src/outer.ts', './inner/a.ts');
    plant('libs/nested/src/inner/a.ts', './missing.ts');
    expect(describeViolations(cruise(folder, ['libs']))).toEqual([
      'no-file-circle: libs/files/src/one.ts → libs/files/src/other.ts',
      'no-folder-circle: libs/folders/src/left → libs/folders/src/right',
      'no-folder-circle: libs/folders/src/right → libs/folders/src/left',
      'no-import-from-below: libs/nested/src/outer.ts → libs/nested/src/inner/a.ts',
      'no-import-of-nothing: libs/nested/src/inner/a.ts → ./missing.ts',
    ]);
  });
});

describe('package.json', () => {
  const files = repositoryFiles();
  const folders = files.flatMap((file) => /^((?:libs|tools)\/[^/]+)\/package\.json$/.exec(file)?.[1] ?? []);
  const { modules } = cruise(root, ['libs', 'tools']);

  it.each(folders)('of %s declares what is imported there, and no more', (folder) => {
    const { name, dependencies = {}, devDependencies = {} } = manifestOf(folder);
    const own = modules.filter(({ source }) => source.startsWith(`${folder}/`));
    const tests = own.filter(({ source }) => new RegExp(spec).test(source));
    const imported = importedBy(own.filter((module) => !tests.includes(module))).filter((it) => it !== name);
    const used = [...imported, ...(resolved[folder] ?? [])].toSorted();
    const tested = importedBy(tests).filter((it) => it !== name && !used.includes(it));
    expect({
      dependencies: Object.keys(dependencies).toSorted(),
      devDependencies: Object.keys(devDependencies)
        .filter((it) => !it.startsWith('@types/'))
        .toSorted(),
    }).toEqual({ dependencies: used, devDependencies: tested });
  });

  it('gives a package the same version everywhere', () => {
    const declared = ['.', ...folders]
      .map(manifestOf)
      .flatMap(({ dependencies, devDependencies }) => [...Object.entries({ ...dependencies, ...devDependencies })]);
    const versions = Object.groupBy(declared, ([name]) => name);
    const several = Object.entries(versions).filter(
      ([, them = []]) => new Set(them.map(([, version]) => version)).size > 1,
    );
    expect(several).toEqual([]);
  });
});

/** Runs dependency-cruiser on folders below `cwd`, by the rules of the repository. */
function cruise(cwd: string, folders: readonly string[], ...options: readonly string[]): Cruise {
  const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const rules = path.join(root, '.dependency-cruiser.mjs');
  const args = [program, ...folders, '--config', rules, '--output-type', 'json', ...options];
  const stdout = execFileSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Cruise;
}

function describeViolations({ summary }: Cruise): string[] {
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).toSorted();
}

function manifestOf(folder: string): Manifest {
  return readJson(path.join(folder, 'package.json')) as Manifest;
}

/** The packages that files import, in alphabetical order: `zod`, `@pysan/model`. */
function importedBy(modules: readonly Module[]): string[] {
  const imports = modules.flatMap(({ dependencies }) => dependencies).filter(({ coreModule }) => !coreModule);
  const names = imports.flatMap(({ module }) => /^(@[^/]+\/)?[^./@][^/]*/.exec(module)?.[0] ?? []);
  return [...new Set(names)].toSorted();
}
