/**
 * Seconds that `./pysan publish` takes for what a registry on loopback has already, and what it sends then; beside them those
 * of the first publication, which pushes, verifies and signs. numpy-tsan 3.13.5t and the chain below it must have been built.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { fetchPrograms } from '../tools/e2e/src/debian-programs.ts';
import { startFaultProxy } from '../tools/e2e/src/fault-proxy.ts';
import { removeNamesBelow } from '../tools/e2e/src/references.ts';
import { startRegistry } from '../tools/e2e/src/registries.ts';
import { keep, median, timeCommand } from './measure.ts';

const runs = Number(process.argv[2] ?? 5);
const folder = await mkdtemp(path.join(tmpdir(), 'pysan-bench-'));
const registry = await startRegistry();
// It hands on what it gets, and counts.
const proxy = await startFaultProxy(registry.address);

interface Figure {
  readonly seconds: number;
  readonly requests: number;
  readonly blobsSent: number;
}

async function measure(image: string, ...more: readonly string[]): Promise<Figure> {
  proxy.asked.length = 0;
  const to = `${proxy.host}/acme`;
  const seconds = await timeCommand(['./pysan', 'publish', image, '--python', '3.13.5t', '--to', to, ...more]);
  const blobsSent = proxy.asked.filter((it) => it.method === 'PUT' && it.path.includes('/blobs/uploads/')).length;
  return { seconds: Number(seconds.toFixed(2)), requests: proxy.asked.length, blobsSent };
}

async function measureOften(image: string, ...more: readonly string[]): Promise<object> {
  const taken: Figure[] = [];
  for (let run = 0; run < runs; run += 1) {
    taken.push(await measure(image, ...more));
  }
  const seconds = taken.map((it) => it.seconds);
  const [{ requests, blobsSent } = { requests: NaN, blobsSent: NaN }] = taken;
  return { requests, blobsSent, seconds, median: median(seconds) };
}

try {
  process.env['PATH'] = `${await fetchPrograms('cosign')}:${process.env['PATH'] ?? ''}`;
  process.env['COSIGN_PASSWORD'] = '';
  await execa('cosign', ['generate-key-pair'], { cwd: folder });
  process.env['COSIGN_KEY'] = path.join(folder, 'cosign.key');
  const figures = [];
  for (const image of ['toolchain', 'numpy-tsan']) {
    figures.push({
      image,
      first: await measure(image, '--apply'),
      unchanged: await measureOften(image, '--apply'),
      onlyShown: await measureOften(image),
    });
  }
  await keep('publish', `npm run bench -- bench/publish.ts ${runs}`, figures);
} finally {
  await removeNamesBelow(registry.address, proxy.host);
  proxy.stop();
  await registry.stop();
  await rm(folder, { recursive: true });
}
