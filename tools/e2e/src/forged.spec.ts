/** What somebody can do who may write to the registry, and has no key: nothing of it is taken for this factory's own. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { removeTag, tagImage } from '@pysan/engine';
import type { BuildInputs } from '@pysan/model';
import { attach, listReferrers, putManifest, readAttachment, type Referrer } from '@pysan/registry';
import { readNamed } from '@pysan/releases';
import { inputsLabel, madeFromLabel } from '@pysan/tagging';
import { pushImage, requireImage } from '@pysan/testing/images';
import { reportType } from '@pysan/verification';

import { coversOf, digestOf, open, publish, servePublishing, succeed, tagsOf, toolchainTag } from './publishing.ts';
import { pysan } from './pysan.ts';
import { python, useSmallChain } from './small-chain.ts';

const served = servePublishing();
const chain = useSmallChain();
const toolchain = 'small-toolchain';

/** A good publication, from which an attacker knows all that is public. */
let [buildTag, inputs, labels]: [string, BuildInputs | undefined, Readonly<Record<string, string>>] = [
  '',
  undefined,
  {},
];
let documents: { readonly type: string; readonly bytes: Buffer }[] = [];

beforeAll(async () => {
  await succeed(publish(served, chain.folder, toolchain, 'honest'));
  const repository = open(served, `honest/${toolchain}`);
  buildTag = (await tagsOf(served, `honest/${toolchain}`)).find((tag) => tag.startsWith('b')) ?? '';
  const image = await readNamed(repository, buildTag);
  labels = image?.labels ?? {};
  inputs = JSON.parse(labels[inputsLabel] ?? '') as BuildInputs;
  const referrers = await listReferrers(repository, image?.digest ?? '');
  const copy = async (it: Referrer) => ({ type: it.artifactType, bytes: await readAttachment(repository, it) });
  documents = await Promise.all(referrers.map(copy));
});

/** An image of one small layer under the tag of the build, with labels, a report that says pass, and documents. */
async function forge(namespace: string, ...tags: string[]): Promise<string> {
  const repository = open(served, `${namespace}/${toolchain}`);
  const request = { inputs: inputs ?? fail(), labels, created: '2026-05-01T00:00:00Z', tags: [buildTag, ...tags] };
  const digest = await pushImage(repository, request);
  const subject = await requireImage(repository, digest);
  const forged = Buffer.from('{"forged":true}');
  for (const { type, bytes } of documents) {
    await attach(repository, subject, type, type === reportType ? bytes : forged, new Date());
  }
  return digest;
}

function fail(): never {
  throw new Error('The honest image has no inputs.');
}

function plan(namespace: string, ...words: string[]): Promise<string> {
  return succeed(pysan(['plan', '--from', `${served.registry.address}/${namespace}`, ...words], chain.folder));
}

describe('an image that was pushed under the tag of a build', () => {
  const namespace = 'forged';
  const name = `${namespace}/${toolchain}`;
  let forged = '';
  beforeAll(async () => {
    forged = await forge(namespace);
  });

  it('is not fresh', async () => {
    const said = await plan(namespace, '--explain', toolchain);
    expect(said).toMatch(/to-build[^]*foreign: what is under its name is not used: it has no signature/);
  });

  it('is not built upon by whoever takes published parents', async () => {
    const parents = `${served.registry.address}/${namespace}`;
    await removeTag(`${toolchain}:${buildTag}`);
    try {
      expect(await pysan(['build', 'small-cpython', '--python', python, '--parents', parents], chain.folder)).toEqual({
        exitCode: 1,
        output: expect.stringMatching(`${forged} is not used: it has no signature`),
      });
    } finally {
      await tagImage(`${toolchain}:latest`, `${toolchain}:${buildTag}`);
    }
  });

  it('is replaced by what this factory builds, and never signed', async () => {
    await succeed(publish(served, chain.folder, toolchain, namespace));
    const own = await digestOf(served, name, buildTag);
    expect(own).not.toBe(forged);
    expect(await digestOf(served, name, toolchainTag)).toBe(own);
    expect(await coversOf(served, name, forged)).toBeUndefined();
    expect((await coversOf(served, name, own ?? ''))?.size).toBe(4);
  });
});

it('a child is built FROM what was made here, and says so, where its parent was forged', async () => {
  const forged = await forge('child');
  await succeed(publish(served, chain.folder, 'small-cpython', 'child'));
  const parent = await digestOf(served, `child/${toolchain}`, buildTag);
  expect(parent).not.toBe(forged);
  const repository = open(served, 'child/small-cpython');
  const image = await readNamed(repository, '3.13t');
  expect(image?.labels['org.opencontainers.image.base.digest']).toBe(parent);
  expect(image?.labels[madeFromLabel]).toContain(parent);
  const below = await requireImage(open(served, `child/${toolchain}`), buildTag);
  const layers = image?.manifest.json.layers?.map(({ digest }) => digest) ?? [];
  expect(layers.slice(0, below.json.layers?.length)).toEqual(below.json.layers?.map(({ digest }) => digest));
  const referrers = await listReferrers(repository, image?.digest ?? '');
  const provenance = referrers.find(({ artifactType }) => artifactType === 'application/vnd.in-toto+json');
  const text = provenance === undefined ? '' : String(await readAttachment(repository, provenance));
  expect(text).toContain((parent ?? '').slice(7));
  expect(text).not.toContain(forged.slice(7));
});

it('a forged image that a public tag names is refused with a sentence', async () => {
  const forged = await forge('named', toolchainTag);
  expect(await publish(served, chain.folder, toolchain, 'named')).toEqual({
    exitCode: 1,
    output: expect.stringMatching(
      new RegExp(`is not replaced: ${toolchainTag} names it too, and it has no signature.*Find out who pushed it`),
    ),
  });
  expect(await digestOf(served, `named/${toolchain}`, toolchainTag)).toBe(forged);
  expect(await coversOf(served, `named/${toolchain}`, forged)).toBeUndefined();
});

it('a foreign image that says it has a newer Python keeps no public tag', async () => {
  const name = 'squat/small-cpython';
  const newer = { ...labels, 'org.pysan.python': '3.13.99t' };
  const request = { inputs: inputs ?? fail(), labels: newer, created: '2099-01-01T00:00:00Z', tags: ['3.13t'] };
  const foreign = await pushImage(open(served, name), request);
  await succeed(publish(served, chain.folder, 'small-cpython', 'squat'));
  const own = await digestOf(served, name, python);
  expect(own).toMatch(/^sha256:/);
  expect(own).not.toBe(foreign);
  expect(await digestOf(served, name, '3.13t')).toBe(own);
  expect(await coversOf(served, name, foreign)).toBeUndefined();
});

it('a forged report on a good image counts for nothing', async () => {
  const repository = open(served, `honest/${toolchain}`);
  const image = await requireImage(repository, buildTag);
  const report = String(documents.find(({ type }) => type === reportType)?.bytes);
  const failed = Buffer.from(report.replace('"verdict": "pass"', '"verdict": "fail"'));
  expect(String(failed)).not.toBe(report);
  await attach(repository, image, reportType, failed, new Date(Date.now() + 60_000));
  expect(await plan('honest', '--explain', toolchain)).toMatch(/\bfresh\b/);
  const why = await pysan(['why', `${served.registry.address}/honest/${toolchain}:${toolchainTag}`], chain.folder);
  expect(why.output).toMatch(/proven +pass[^]*trusted +yes[^]*fresh +yes/);
});

describe('a publication that was cut between its proof and its tags', () => {
  const name = (namespace: string): string => `${namespace}/${toolchain}`;
  beforeEach(() => {
    served.proxy.inject = () => undefined;
  });

  it('is not fresh while its report is not signed, and goes on', async () => {
    let signatures = 0;
    served.proxy.inject = ({ method, path }) => {
      signatures += method === 'PUT' && /\/manifests\/sha256-\w{64}\.sig$/.test(path) ? 1 : 0;
      return signatures > 1 ? { status: 500 } : undefined;
    };
    expect((await publish(served, chain.folder, toolchain, 'unsigned')).exitCode).toBe(1);
    served.proxy.inject = () => undefined;
    expect(await plan('unsigned', '--explain', toolchain)).toMatch(/to-verify[^]*it was never verified/);
    await succeed(publish(served, chain.folder, toolchain, 'unsigned'));
    expect(await plan('unsigned', '--explain', toolchain)).toMatch(/\bfresh\b/);
  });

  it('is not fresh while a public tag does not name it, and takes no rebuild', async () => {
    served.proxy.inject = ({ method, path }) =>
      method === 'PUT' && path.endsWith(`/manifests/${toolchainTag}`) ? { status: 403 } : undefined;
    expect((await publish(served, chain.folder, toolchain, 'untagged')).exitCode).toBe(1);
    served.proxy.inject = () => undefined;
    const own = await digestOf(served, name('untagged'), buildTag);
    expect(await plan('untagged', '--explain', toolchain)).toMatch(
      new RegExp(`to-promote[^]*unpromoted: ${toolchainTag} should name it`),
    );
    const again = await succeed(publish(served, chain.folder, toolchain, 'untagged'));
    expect(again).not.toMatch(/^(?:building|pushing|verifying) /m);
    expect(await digestOf(served, name('untagged'), toolchainTag)).toBe(own);
    expect(await plan('untagged', '--explain', toolchain)).toMatch(/\bfresh\b/);
  });

  it('is not fresh any more when its tag goes to something else', async () => {
    const repository = open(served, 'honest/small-toolchain');
    const digest = await pushImage(repository, { inputs: { ...(inputs ?? fail()), files: {} } });
    await putManifest(repository, await requireImage(repository, digest), toolchainTag);
    expect(await plan('honest', '--explain', toolchain)).toMatch(`unpromoted: ${toolchainTag} should name it`);
    await succeed(publish(served, chain.folder, toolchain, 'honest'));
    expect(await digestOf(served, 'honest/small-toolchain', toolchainTag)).not.toBe(digest);
  });
});
