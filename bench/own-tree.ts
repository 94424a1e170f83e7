/**
 * Seconds to build numpy-tsan from a source tree of one's own: the first time, and again after one file has changed.
 *
 * The tree is the sdist of the locked numpy, as a git repository. numpy-tsan 3.13.5t must have been built, so that
 * ccache knows the files that are as released.
 */
import { appendFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { exportSources } from '../tools/e2e/src/sources.ts';
import { keep, root, timeCommand } from './measure.ts';

const records = path.join(root, 'dist/images/numpy-tsan/3.13.5t-local');

/** Of the last build: seconds of the step that compiles, and how many compilations ccache knew and did not know. */
async function readBuild(): Promise<object> {
  const { steps } = JSON.parse(await readFile(path.join(records, 'build.json'), 'utf8')) as {
    steps: { name: string; seconds: number }[];
  };
  const log = await readFile(path.join(records, 'build.log'), 'utf8');
  const [, known, all] = / Hits: +(\d+) \/ (\d+)/.exec(log) ?? [];
  const compile = steps.find(({ name }) => name.includes('build-numpy'))?.seconds;
  return { compileSeconds: compile, compilations: Number(all), fromCcache: Number(known) };
}

async function build(what: string): Promise<object> {
  const seconds = await timeCommand(['./pysan', 'build', 'numpy-tsan', '--python', '3.13.5t', '--numpy', folder]);
  return { what, seconds, ...(await readBuild()) };
}

const sources = await exportSources();
const folder = path.join(sources, 'numpy');
const figures = [await build('as released')];
await appendFile(path.join(folder, 'numpy/_core/src/multiarray/compiled_base.c'), '\nint changed;\n');
figures.push(await build('one C file changed'));
await appendFile(path.join(folder, 'numpy/random/_generator.pyx'), '\nchanged = 1\n');
figures.push(await build('one Cython file changed'));
await rm(sources, { recursive: true });
await keep('own-tree', 'npm run bench -- bench/own-tree.ts', figures);
