/**
 * Seconds to build each image from nothing at Python 3.13.5t.
 *
 * Removes this engine's whole build cache and pysan's images before each run.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { docker, keep, median, root, timeCommand } from './measure.ts';

const leaves = ['scipy-tsan', 'numpy-asan'];
const withoutPython = ['toolchain', 'native-tsan', 'native-asan', 'openblas-tsan', 'openblas-asan'];
const withPython = ['cpython', 'cpython-tsan', 'numpy-tsan', 'scipy-tsan', 'cpython-asan', 'numpy-asan'];
const images = [...withoutPython, ...withPython];
const runs = Number(process.argv[2] ?? 1);

interface Record {
  readonly seconds: number;
}

async function forgetEverything(): Promise<void> {
  const references = await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}');
  const ours = references.split('\n').filter((reference) => images.some((image) => reference.startsWith(`${image}:`)));
  if (ours.length > 0) {
    await docker('image', 'rm', '--force', ...ours);
  }
  await docker('builder', 'prune', '--all', '--force');
}

async function readRecord(image: string): Promise<Record> {
  const folder = withoutPython.includes(image) ? '' : '3.13.5t';
  const file = path.join(root, 'dist/images', image, folder, 'build.json');
  return JSON.parse(await readFile(file, 'utf8')) as Record;
}

const records: (Record & { readonly image: string })[] = [];
for (let run = 0; run < runs; run += 1) {
  await forgetEverything();
  for (const leaf of leaves) {
    await timeCommand(['./pysan', 'build', leaf, '--python', '3.13.5t']);
  }
  for (const image of images) {
    records.push({ image, ...(await readRecord(image)) });
  }
}
const figures = images.map((image) => {
  const own = records.filter((record) => record.image === image);
  return {
    image,
    median: median(own.map(({ seconds }) => seconds)),
    seconds: own.map(({ seconds }) => seconds),
  };
});
await keep('chain', `npm run bench -- bench/chain.ts ${runs}`, figures);
