import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { CaptureOptions, Container, ContainerResult } from '@pysan/engine';
import { EngineError, ProductError } from '@pysan/model';

import { measureRecall } from './measure-recall.ts';
import { readPrograms } from './read-programs.ts';

const work = { group: 'g', setup: '', work: 'pass', functions: ['store'] };
const layout = 'FATAL: ThreadSanitizer: encountered an incompatible memory layout but was unable to disable ASLR.\n';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'recall-spec-'));
  await mkdir(path.join(root, 'images/bare'), { recursive: true });
  await mkdir(path.join(root, 'libs/proving/src/recall'), { recursive: true });
  await writePrograms('parent', { ...work, name: 'first' });
  await writePrograms('child', { ...work, name: 'second' });
  await writeFile(path.join(root, 'images/parent/recall/seeded.c'), 'int x;');
});

afterEach(() => rm(root, { recursive: true }));

async function writePrograms(image: string, ...programs: object[]): Promise<void> {
  const folder = path.join(root, 'images', image, 'recall');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'programs.json'), JSON.stringify({ prelude: 'import seeded', programs }));
}

type Run = (container: Container, options?: CaptureOptions) => Promise<ContainerResult>;

async function measure(run: Run, onProgram: (name: string) => void = () => undefined) {
  const seeded = await readPrograms(root, ['bare', 'parent', 'child']);
  const subject = { image: 'child', buildId: '', imageId: '' };
  return measureRecall({
    root,
    reference: 'child:1',
    subject,
    seeded,
    runs: 1,
    run,
    onProgram: (it) => onProgram(it.name),
  });
}

function ending(exitCode: number, stderr = ''): ContainerResult {
  return { exitCode, stdout: '', stderr, timedOut: false };
}

/** A run of the container that prints these lines. */
function printing(...lines: object[]): Run {
  return (_container, { onLine } = {}) => {
    lines.forEach((line) => onLine?.(JSON.stringify(line)));
    return Promise.resolve(ending(0));
  };
}

function quiet(program: number, which: string): object {
  return { program, case: which, status: 0, timedOut: false, seconds: 1, output: '' };
}

it('reads the programs of the chain in its order, with their extensions', async () => {
  const { programs, folders, extensions } = await readPrograms(root, ['bare', 'parent', 'child']);
  expect(programs.map(({ image, name }) => `${image}: ${name}`)).toEqual(['parent: first', 'child: second']);
  expect(folders).toEqual(['images/parent/recall', 'images/child/recall']);
  expect(extensions).toEqual(['images/parent/recall/seeded.c']);
});

it('has another hash when a program or its extension changes', async () => {
  const hash = async (): Promise<string> => (await readPrograms(root, ['parent'])).hash;
  const before = await hash();
  await writeFile(path.join(root, 'images/parent/recall/seeded.c'), 'int y;');
  expect(await hash()).not.toBe(before);
});

it('tells of each program as its last run comes in, and reports all in the order of the list', async () => {
  const names: string[] = [];
  const runs = [quiet(1, 'race'), quiet(1, 'twin'), quiet(0, 'race'), quiet(0, 'twin')];
  const { programs, verdict } = await measure(printing(...runs), (name) => names.push(name));
  expect(names).toEqual(['second', 'first']);
  expect([verdict, ...programs.map(({ name, found }) => `${name} ${String(found)}`)]).toEqual([
    ...['fail', 'first 0', 'second 0'],
  ]);
});

it('hands the programs to a container that may write nothing of ours and reach nobody', async () => {
  const asked: [Container, CaptureOptions | undefined][] = [];
  await measure((container, options) => {
    asked.push([container, options]);
    return Promise.resolve(ending(0));
  });
  const [container, options] = asked[0] ?? [];
  expect(container).toMatchObject({ image: 'child:1', network: 'none', env: { TSAN_OPTIONS: 'halt_on_error=1' } });
  expect(container?.mounts?.every((mount) => mount.readonly === true)).toBe(true);
  expect(JSON.parse(options?.input ?? '')).toMatchObject({
    runs: 1,
    extensions: ['/pysan/images/parent/recall/seeded.c'],
    programs: [{ name: 'first', rounds: 40 }, { name: 'second' }],
  });
});

it.each([
  {
    exitCode: 1,
    stderr: 'ModuleNotFoundError: numpy',
    kind: ProductError,
    message: /exit code 1:\nModuleNotFoundError/,
  },
  { exitCode: 66, stderr: layout, kind: EngineError, message: /could not start: FATAL: .*\nRemedy: / },
])('is an error, and no recall, when the runner fails: $stderr', async ({ exitCode, stderr, kind, message }) => {
  const measured = measure(() => Promise.resolve(ending(exitCode, stderr)));
  await expect(measured).rejects.toThrow(kind);
  await expect(measured).rejects.toThrow(message);
});
