/** Bytes of each layer of numpy-tsan, unpacked and as pulled (gzip, as engines push layers). */
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGzip } from 'node:zlib';

import { execa } from 'execa';

import { docker, keep } from './measure.ts';

const images = ['toolchain', 'cpython', 'cpython-tsan', 'numpy-tsan'];

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

async function measureLayers(folder: string): Promise<{ unpacked: number; pulled: number }[]> {
  await execa('sh', ['-c', 'docker save "$0" | tar -x -C "$1"', 'numpy-tsan:3.13.5t', folder]);
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

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

const folder = await mkdtemp(path.join(tmpdir(), 'pysan-sizes-'));
try {
  const layers = await measureLayers(folder);
  const ends = await Promise.all(images.map(layerCount));
  const shares = images.map((image, index) => {
    const own = layers.slice(ends[index - 1] ?? 0, ends[index]);
    const [unpacked, pulled] = [sum(own.map((it) => it.unpacked)), sum(own.map((it) => it.pulled))];
    return { image, layers: own.length, unpackedMB: megabytes(unpacked), pulledMB: megabytes(pulled) };
  });
  const totals = { unpackedMB: sum(shares.map((it) => it.unpackedMB)), pulledMB: sum(shares.map((it) => it.pulledMB)) };
  await keep('sizes', 'npm run bench -- bench/sizes.ts', { shares, totals });
} finally {
  await rm(folder, { recursive: true });
}
