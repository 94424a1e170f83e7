/**
 * Seconds to build each image of numpy-tsan's chain from nothing, at Python 3.13.5t.
 *
 * Removes this engine's whole build cache and pysan's images before each run.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { docker, keep, median, root, timeCommand } from './measure.ts';

const images = ['toolchain', 'cpython', 'cpython-tsan', 'numpy-tsan'];
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

async function readSeconds(image: string): Promise<number> {
  const folder = image === 'toolchain' ? '' : '3.13.5t';
  const file = path.join(root, 'dist/images', image, folder, 'build.json');
  return (JSON.parse(await readFile(file, 'utf8')) as Record).seconds;
}

const seconds = new Map(images.map((image): [string, number[]] => [image, []]));
for (let run = 0; run < runs; run += 1) {
  await forgetEverything();
  await timeCommand(['./pysan', 'build', 'numpy-tsan', '--python', '3.13.5t']);
  for (const [image, values] of seconds) {
    values.push(await readSeconds(image));
  }
}
const figures = [...seconds].map(([image, values]) => ({ image, seconds: values, median: median(values) }));
await keep('chain', `npm run bench -- bench/chain.ts ${runs}`, figures);
