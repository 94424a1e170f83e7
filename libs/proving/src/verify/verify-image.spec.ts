import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Container, ContainerResult } from '@pysan/engine';
import type { CaseResult } from '@pysan/verification';

import { readChecks } from './read-checks.ts';
import { type Verification, verifyImage } from './verify-image.ts';

const race = [
  'WARNING: ThreadSanitizer: data race (pid=7)',
  '  Write of size 4 at 0x7b by thread T1:',
  '    #0 store /work/race.c:5:3 (race+0x12)',
  '  Previous write of size 4 at 0x7b by thread T2:',
  '    #0 store /work/race.c:5:3 (race+0x12)',
  'SUMMARY: ThreadSanitizer: data race /work/race.c:5:3 in store',
].join('\n');
const layout = 'FATAL: ThreadSanitizer: encountered an incompatible memory layout but was unable to disable ASLR.\n';

const silent = { title: 'is silent', proofs: [6], command: ['silent'], expect: { exitCode: 0, stderr: 'empty' } };
const racy = {
  title: 'races',
  proofs: [4],
  command: ['race'],
  tries: 3,
  expect: { exitCode: 66, findings: { min: 1, kind: 'data race', inBothStacks: { function: 'store' } } },
};

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'verify-spec-'));
  await writeCheck('child', 'race', [racy]);
  await writeCheck('parent', 'silent', [silent]);
});

afterEach(() => rm(root, { recursive: true }));

async function writeCheck(image: string, name: string, cases: object[]): Promise<void> {
  const folder = path.join(root, 'images', image, 'checks', name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'check.json'), JSON.stringify({ cases }));
  await writeFile(path.join(folder, 'program'), '', { mode: 0o755 });
}

function answer(part: Partial<ContainerResult>): ContainerResult {
  return { exitCode: 0, stdout: '', stderr: '', timedOut: false, ...part };
}

function passes({ command }: Container): ContainerResult {
  return command[0] === 'race' ? answer({ exitCode: 66, stderr: race }) : answer({});
}

async function verify(
  run: (container: Container) => ContainerResult | Promise<ContainerResult>,
  part: Partial<Verification> = {},
) {
  return verifyImage({
    subject: { image: 'child', buildId: '0', imageId: '1' },
    reference: 'child:1',
    sanitized: true,
    checks: await readChecks(root, ['parent', 'child']),
    known: new Map(),
    onResult: () => undefined,
    run: async (container) => run(container),
    ...part,
  });
}

it('runs the checks of the ancestors first, each as a user would, and tells of each', async () => {
  const seen: Container[] = [];
  const results: CaseResult[] = [];
  const report = await verify(
    (container) => {
      seen.push(container);
      return passes(container);
    },
    { onResult: (result) => results.push(result) },
  );

  expect(report).toMatchObject({ schema: 1, image: 'child', verdict: 'pass' });
  expect(report.results.map(({ check, verdict, tries }) => [check, verdict, tries])).toEqual([
    ['parent/silent', 'pass', 1],
    ['child/race', 'pass', 1],
  ]);
  expect(results).toHaveLength(2);
  expect(seen[0]).toMatchObject({ image: 'child:1', command: ['sh', '-c', expect.stringMatching('python -c pass')] });
  expect(seen.find(({ command }) => command[0] === 'race')).toMatchObject({
    network: 'none',
    workdir: '/work',
    mounts: [{ target: '/work' }],
  });
});

it('tries again where the race was missed, and says how often', async () => {
  let runs = 0;
  const late = (container: Container): ContainerResult => {
    runs += container.command[0] === 'race' ? 1 : 0;
    return container.command[0] === 'race' && runs < 3 ? answer({}) : passes(container);
  };

  expect((await verify(late)).results).toMatchObject([{ tries: 1 }, { verdict: 'pass', tries: 3 }]);
});

it('fails when the race is missed in all tries', async () => {
  const report = await verify(() => answer({}));

  expect(report.verdict).toBe('fail');
  expect(report.results[1]).toMatchObject({
    tries: 3,
    reasons: ['exit code: expected 66, got 0', 'findings: expected 1 or more, found none'],
  });
});

it('runs nothing where nothing can start', async () => {
  const seen: Container[] = [];
  const report = await verify((container) => {
    seen.push(container);
    return answer({ exitCode: 66, stderr: layout });
  });

  expect(seen).toHaveLength(1);
  expect(report.verdict).toBe('could-not-start');
  expect(report.results.map(({ verdict, reasons }) => [verdict, reasons[1]])).toEqual(
    Array(2).fill(['could-not-start', expect.stringMatching(/^remedy: .*mmap_rnd_bits/)]),
  );
});

it('gives every case a copy that any user may write to, and removes it when the engine fails', async () => {
  const copies: string[] = [];
  const run = async ({ mounts = [], command }: Container): Promise<ContainerResult> => {
    const copy = mounts[0]?.source;
    if (copy === undefined) {
      return answer({});
    }
    copies.push(path.dirname(copy));
    const modes = await Promise.all(['.', 'check.json', 'program'].map((it) => stat(path.join(copy, it))));
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o777, 0o666, 0o777]);
    await writeFile(path.join(copy, 'output'), command.join(' '));
    throw new Error('the engine is gone');
  };

  await expect(verify(run)).rejects.toThrow('the engine is gone');
  expect(copies).toHaveLength(2);
  await Promise.all(copies.map((copy) => expect(stat(copy)).rejects.toThrow(/ENOENT/)));
});

it('starts nothing more after an abort', async () => {
  await writeCheck('parent', 'another', [silent, silent, silent]);
  const controller = new AbortController();
  const seen: Container[] = [];
  const run = (container: Container): ContainerResult => {
    seen.push(container);
    controller.abort();
    return answer({});
  };

  await expect(verify(run, { sanitized: false, signal: controller.signal })).rejects.toThrow(/abort/i);
  expect(seen.length).toBeLessThan(3);
});

it('hashes the files of all checks of the chain', async () => {
  const { hash } = await readChecks(root, ['parent', 'child']);
  expect((await readChecks(root, ['parent', 'child'])).hash).toBe(hash);

  await writeFile(path.join(root, 'images/parent/checks/silent/program'), 'pass');
  expect((await readChecks(root, ['parent', 'child'])).hash).not.toBe(hash);
});
