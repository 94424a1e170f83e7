/**
 * OpenBLAS's kernels in C (GENERIC) against those of numpy's own CI (CORE2, partly assembly): which races on the results of
 * `matmul` and linalg a numpy-tsan with each finds, what it invents, and the seconds of a product of matrices.
 *
 * numpy-tsan 3.13.5t must have been built; the other is built here, its OpenBLAS from nothing.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { runContainer } from '@pysan/engine';
import { measureRecall, readPrograms, readSubject } from '@pysan/proving';
import { execa } from 'execa';

import { docker, keep, median, root } from './measure.ts';

const python = '3.13.5t';
const runs = 10;
const product = [
  'import timeit, numpy as np',
  'a = np.ones((400, 400))',
  'print(*timeit.repeat(lambda: a @ a, number=1, repeat=5))',
].join('\n');

/** OpenBLAS for another target, and numpy on that. Answers the references of both. */
async function build(target: string): Promise<{ readonly openblas: string; readonly numpy: string }> {
  const openblas = `openblas-tsan-${target.toLowerCase()}`;
  const recipe = await readRecipe('openblas-tsan');
  await buildRecipe(openblas, recipe.replace('openblas_target=GENERIC', `openblas_target=${target}`), []);
  const numpy = `numpy-tsan-${target.toLowerCase()}:${python}`;
  const parents = [`base_image=cpython-tsan:${python}`, `openblas_image=${openblas}`];
  await buildRecipe(numpy, await readRecipe('numpy-tsan'), parents);
  return { openblas, numpy };
}

function readRecipe(image: string): Promise<string> {
  return readFile(path.join(root, 'images', image, 'Dockerfile'), 'utf8');
}

async function buildRecipe(reference: string, input: string, buildArguments: readonly string[]): Promise<void> {
  const words = buildArguments.flatMap((it) => ['--build-arg', it]);
  await execa('docker', ['build', ...words, '--tag', reference, '--file', '-', '.'], {
    cwd: root,
    input,
    stderr: 'inherit',
  });
}

async function measure(target: string, reference: string): Promise<object> {
  const seeded = await readPrograms(root, ['numpy-tsan']);
  const programs = seeded.programs.filter(({ group }) => group === 'matmul and linalg');
  const subject = await readSubject('numpy-tsan', reference);
  const report = await measureRecall({
    ...{ root, reference, runs, run: runContainer, subject, seeded: { ...seeded, programs } },
    onProgram: () => undefined,
  });
  const { stdout } = await runContainer({ image: reference, command: ['python', '-c', product], network: 'none' });
  return {
    target,
    programs: report.programs.map(({ name, found, alarms }) => ({ name, found, alarms })),
    matmulSeconds: median(stdout.trim().split(' ').map(Number)),
  };
}

const figures = [await measure('GENERIC', `numpy-tsan:${python}`)];
const core2 = await build('CORE2');
try {
  figures.push(await measure('CORE2', core2.numpy));
} finally {
  await docker('image', 'rm', core2.numpy, core2.openblas);
}
await keep('openblas-targets', 'npm run bench -- bench/openblas-targets.ts', figures);
