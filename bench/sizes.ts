/** What each image adds to its parent, and what it is with all that is below: unpacked, and as pulled (gzip, as engines push layers). */
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGzip } from 'node:zlib';

import { execa } from 'execa';

import { docker, keep } from './measure.ts';

const chains = [
  ['toolchain', 'cpython', 'cpython-tsan', 'numpy-tsan', 'scipy-tsan'],
  ['toolchain', 'cpython', 'cpython-asan', 'numpy-asan'],
];

interface Manifest {
  readonly Layers: readonly string[];
}

async function gzippedBytes(file: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of createReadStream(file).pipe(createGzip())) {
    bytes += (chunk as Buffer).length;
  }
  return bytes;
}

interface Size {
  readonly unpacked: number;
  readonly pulled: number;
}

/** Of each layer, the lowest first. */
async function measureLayers(image: string, folder: string): Promise<Size[]> {
  await execa('sh', ['-c', 'docker save "$0" | tar -x -C "$1"', `${image}:3.13.5t`, folder]);
  const [manifest] = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as Manifest[];
  const sizes = [];
  for (const layer of manifest?.Layers ?? []) {
    const file = path.join(folder, layer);
    sizes.push({ unpacked: (await stat(file)).size, pulled: await gzippedBytes(file) });
  }
  return sizes;
}

async function layerCount(image: string): Promise<number> {
  const tag = image === 'toolchain' ? 'latest' : '3.13.5t';
  return Number(await docker('image', 'inspect', '--format', '{{len .RootFS.Layers}}', `${image}:${tag}`));
}

function sum(layers: readonly Size[]): object {
  const total = (values: number[]): number => values.reduce((one, other) => one + other, 0);
  const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;
  return {
    layers: layers.length,
    unpackedMB: megabytes(total(layers.map(({ unpacked }) => unpacked))),
    pulledMB: megabytes(total(layers.map(({ pulled }) => pulled))),
  };
}

async function measureChain(chain: readonly string[]): Promise<object[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-sizes-'));
  try {
    const layers = await measureLayers(chain.at(-1) ?? '', folder);
    const ends = await Promise.all(chain.map(layerCount));
    return chain.map((image, index) => ({
      image,
      adds: sum(layers.slice(ends[index - 1] ?? 0, ends[index])),
      whole: sum(layers.slice(0, ends[index])),
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const figures = [];
for (const chain of chains) {
  figures.push(...(await measureChain(chain)));
}
await keep('sizes', 'npm run bench -- bench/sizes.ts', figures);
