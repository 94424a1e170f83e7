/**
 * Seconds and requests that `./pysan prune` and `./pysan plan` take for a repository of 5,000 manifests, in real registries on
 * loopback: 1,000 builds, each with a report, a bill of materials, a promotion record and a list of these.
 */
import path from 'node:path';

import { canonicalJson, computeBuildId } from '@pysan/planning';
import {
  connect,
  digestOf,
  mediaTypes,
  openRepository,
  parseNamespace,
  putBlob,
  putManifest,
  type Repository,
} from '@pysan/registry';
import { buildIdLabel, inputsLabel, promotionType } from '@pysan/tagging';
import { reportType } from '@pysan/verification';
import { execa } from 'execa';

import { realRegistryKinds, startRegistry } from '../tools/e2e/src/registries.ts';
import { inputsOf } from '@pysan/testing/images';
import { keep, median, root } from './measure.ts';

const builds = Number(process.argv[2] ?? 1000);
const runs = Number(process.argv[3] ?? 3);
const dayMs = 24 * 60 * 60 * 1000;

interface Described {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function describeBytes(bytes: Buffer, mediaType: string): Described {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

async function put(repository: Repository, json: object, mediaType: string, tag?: string): Promise<Described> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...json }));
  await putManifest(repository, { bytes, mediaType }, tag);
  return describeBytes(bytes, mediaType);
}

async function blob(repository: Repository, json: unknown, mediaType: string): Promise<Described> {
  const bytes = Buffer.from(JSON.stringify(json));
  await putBlob(repository, bytes);
  return describeBytes(bytes, mediaType);
}

/** One build a day, each replacing the one before; the newest is named by `3.14t`. */
async function fill(repository: Repository, listsReferrers: boolean): Promise<void> {
  let replaced: string | null = null;
  for (let index = 0; index < builds; index += 1) {
    const at = new Date(Date.now() - (builds - index) * dayMs).toISOString();
    const image = await pushBuild(repository, index, at);
    const record = {
      schemaVersion: 1,
      digest: image.digest,
      buildId: '',
      at,
      by: 'publish',
      tags: [{ tag: '3.14t', replaced }],
    };
    const attached = await Promise.all([
      attach(repository, image, reportType, { buildId: '', checksHash: '', verdict: 'pass' }, at),
      attach(repository, image, 'application/spdx+json', {}, at),
      attach(repository, image, promotionType, record, at),
    ]);
    // Where the registry does not list them, a tag does.
    await (listsReferrers
      ? undefined
      : put(repository, { manifests: attached }, mediaTypes.index, image.digest.replace(':', '-')));
    replaced = image.digest;
  }
}

async function pushBuild(repository: Repository, index: number, created: string): Promise<Described> {
  const inputs = inputsOf(`2.5.${index}`);
  const id = computeBuildId(inputs);
  const labels = { [buildIdLabel]: id, [inputsLabel]: canonicalJson(inputs) };
  const config = await blob(
    repository,
    { architecture: 'amd64', os: 'linux', created, config: { Labels: labels } },
    'application/vnd.oci.image.config.v1+json',
  );
  const image = await put(repository, { config, layers: [] }, mediaTypes.manifest, `3.14.3t-b${id.slice(0, 12)}`);
  await (index === builds - 1 ? put(repository, { config, layers: [] }, mediaTypes.manifest, '3.14t') : undefined);
  return image;
}

async function attach(repository: Repository, subject: Described, artifactType: string, json: object, at: string) {
  const layer = await blob(repository, json, artifactType);
  const config = await blob(repository, {}, mediaTypes.empty);
  const annotations = { 'org.opencontainers.image.created': at };
  const manifest = { artifactType, config, layers: [layer], subject, annotations };
  return { ...(await put(repository, manifest, mediaTypes.manifest)), artifactType, annotations };
}

/** Runs a command against a registry; how long it took, and how often it asked. */
async function measure(...args: string[]): Promise<{ seconds: number; requests: number; last: string }> {
  const start = performance.now();
  const { stdout, stderr } = await execa(path.join(root, 'pysan'), args, {
    cwd: root,
    stdin: 'ignore',
    maxBuffer: 1e9,
  });
  const requests = Number(/was asked (\d+) times/.exec(stderr)?.[1]);
  return { seconds: (performance.now() - start) / 1000, requests, last: stdout.split('\n').at(-1) ?? '' };
}

const figures = [];
for (const kind of realRegistryKinds) {
  const registry = await startRegistry(kind);
  try {
    const repository = openRepository(connect(parseNamespace(registry.address), process.env), 'acme/numpy-tsan');
    await fill(repository, kind === 'with-referrers');
    for (const command of ['prune', 'plan', 'images']) {
      const taken = [];
      for (let run = 0; run < runs; run += 1) {
        taken.push(await measure(command, '--from', `${registry.address}/acme`));
      }
      const [{ requests, last } = { requests: NaN, last: '' }] = taken;
      const seconds = taken.map((it) => Number(it.seconds.toFixed(2)));
      figures.push({
        registry: kind,
        command: `pysan ${command}`,
        said: last,
        requests,
        seconds,
        median: median(seconds),
      });
    }
  } finally {
    await registry.stop();
  }
}
await keep('prune', `npm run bench -- bench/prune.ts ${builds} ${runs}`, figures);
