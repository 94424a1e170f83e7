/** What tests of publishing share: a registry behind a proxy, a key to sign with, and what there is to ask of both. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect } from '@jest/globals';
import { inspectImage } from '@pysan/engine';
import { buildName } from '@pysan/model';
import { connect, headManifest, listTags, openRepository, parseNamespace, type Repository } from '@pysan/registry';
import { buildIdLabel, isIncomingTag } from '@pysan/tagging';
import { verifySignature } from '@pysan/releases';
import { execa } from 'execa';

import { fetchPrograms } from './debian-programs.ts';
import type { Asked } from './fault-proxy.ts';
import { type PysanResult, pysan } from './pysan.ts';
import { removeNamesBelow } from './references.ts';
import type { RegistryKind } from './registries.ts';
import { type Served, serveRegistry } from './served-registry.ts';
import { python } from './small-chain.ts';

const lock = readFileSync(path.join(import.meta.dirname, '../../../versions/debian/lock.json'), 'utf8');

/** The public tag of a toolchain with the LLVM of the lock: `llvm22`. */
export const toolchainTag = `llvm${/"llvm": "(?:\d+:)?(\d+)/.exec(lock)?.[1] ?? ''}`;

export interface Publishing extends Served {
  /** For files of tests; the key pair is in it. */
  readonly folder: string;
}

/** As serveRegistry, with a key pair in a folder of its own. What the engine has got from there goes with the registry. */
export function servePublishing(kind?: RegistryKind, diskBytes?: number): Publishing {
  const served = serveRegistry(kind, diskBytes);
  const before = { ...process.env };
  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pysan-publish-'));
    Object.assign(served, { folder });
    process.env['PATH'] = `${await fetchPrograms('cosign')}:${before['PATH'] ?? ''}`;
    process.env['COSIGN_PASSWORD'] = 'not for anybody else';
    process.env['COSIGN_KEY'] = path.join(await makeKey(folder), 'cosign.key');
  });
  afterAll(async () => {
    process.env = { ...before };
    await removeNamesBelow(served.registry.address, served.proxy.host);
    await rm((served as Publishing).folder, { recursive: true });
  });
  return served as Publishing;
}

/** A new key pair of cosign's, in a folder of its own below that one, whose path is answered. */
export async function makeKey(below: string): Promise<string> {
  const folder = await mkdtemp(path.join(below, 'key-'));
  await execa('cosign', ['generate-key-pair'], { cwd: folder });
  return folder;
}

/** `./pysan publish --apply`, through the proxy, from a copy of the repository. */
export function publish({ proxy }: Served, copy: string, image: string, namespace: string): Promise<PysanResult> {
  // The first image of a chain has no Python.
  const words = image.endsWith('toolchain') ? [] : ['--python', python];
  return pysan(['publish', image, ...words, '--to', `${proxy.host}/${namespace}`, '--apply'], copy);
}

/** What a command that must succeed has printed. */
export async function succeed(answer: Promise<PysanResult>): Promise<string> {
  const { exitCode, output } = await answer;
  expect(exitCode === 0 ? '' : output).toBe('');
  return output;
}

/** What somebody sees who trusts another key. */
export async function trusting<T>(publicKey: string, work: () => Promise<T>): Promise<T> {
  process.env['COSIGN_PUBLIC_KEY'] = publicKey;
  try {
    return await work();
  } finally {
    delete process.env['COSIGN_PUBLIC_KEY'];
  }
}

/** A repository as it is, without the proxy. */
export function open({ registry }: Served, name: string): Repository {
  return openRepository(connect(parseNamespace(registry.address), { DOCKER_CONFIG: '/nonexistent' }), name);
}

/** Tags of a repository, but for those that attachments and signatures are found by, and those of pushes. */
export async function tagsOf(served: Served, name: string): Promise<string[]> {
  return (await listTags(open(served, name)))
    .filter((tag) => !tag.startsWith('sha256-') && !isIncomingTag(tag))
    .toSorted();
}

/** What a tag names; undefined when there is none. */
export function digestOf(served: Served, name: string, tag: string): Promise<string | undefined> {
  return headManifest(open(served, name), tag);
}

/** What the signature of an image by the tests' own key covers; undefined where it has none that counts. */
export async function coversOf(
  { registry }: Served,
  name: string,
  digest: string,
): Promise<ReadonlySet<string> | undefined> {
  const publicKey = (process.env['COSIGN_KEY'] ?? '').replace(/key$/, 'pub');
  const signature = await verifySignature({ kind: 'key', publicKey }, `${registry.address}/${name}@${digest}`);
  return 'refusal' in signature ? undefined : signature.covers;
}

/** The tag that names for ever the build of an image that the engine has under the Python tag. */
export async function buildTagOf(image: string): Promise<string> {
  const labels = (await inspectImage(`${image}:${python}`))?.labels ?? {};
  return `${python}-${buildName(labels[buildIdLabel] ?? '')}`;
}

/** True for what changes a registry. */
export function isWrite({ method }: Asked): boolean {
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
}

/** True for what the engine sends: layers, above all. */
export function isOfEngine({ headers }: Asked): boolean {
  return /docker/i.test(headers['user-agent'] ?? '');
}

/** False for what the engine and cosign send. */
export function isOurs(asked: Asked): boolean {
  return !isOfEngine(asked) && !/cosign/i.test(asked.headers['user-agent'] ?? '');
}
