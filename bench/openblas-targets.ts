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

/** The recipe with another target, on the parent that the engine has. */
async function build(target: string): Promise<string> {
  const recipe = await readFile(path.join(root, 'images/numpy-tsan/Dockerfile'), 'utf8');
  const reference = `numpy-tsan-${target.toLowerCase()}:${python}`;
  const words = ['build', '--build-arg', `base_image=cpython-tsan:${python}`, '--tag', reference, '--file', '-', '.'];
  const input = recipe.replace('openblas_target=GENERIC', `openblas_target=${target}`);
  await execa('docker', words, { cwd: root, input, stderr: 'inherit' });
  return reference;
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
  figures.push(await measure('CORE2', core2));
} finally {
  await docker('image', 'rm', core2);
}
await keep('openblas-targets', 'npm run bench -- bench/openblas-targets.ts', figures);
