/** Signatures by Debian's cosign, on images of a real registry without referrers API. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { docker, removeTag } from '@pysan/engine';
import { signerOf, type Trust, trustOf } from '@pysan/evidence';
import { EngineError, UpstreamError } from '@pysan/model';
import { requireCosign, signImage, verifySignature } from '@pysan/releases';
import { execa } from 'execa';

import { fetchPrograms } from './debian-programs.ts';
import { type Registry, startRegistry } from './registries.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const password = 'not for anybody else';
const before = { ...process.env };

let folder: string;
let registry: Registry;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-signature-'));
  registry = await startRegistry();
});

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  process.env['PATH'] = `${await fetchPrograms('cosign')}:${before['PATH'] ?? ''}`;
  process.env['COSIGN_PASSWORD'] = password;
});

afterEach(() => {
  process.env = { ...before };
});

/** Why somebody with that trust refuses an image; undefined when its signature is good. */
async function findRefusal(trust: Trust, reference: string): Promise<string | undefined> {
  const signature = await verifySignature(trust, reference);
  return 'refusal' in signature ? signature.refusal : undefined;
}

/** A key pair of cosign's, as its path without the ending. */
async function makeKey(name: string): Promise<string> {
  const keys = path.join(folder, name);
  await mkdir(keys);
  await execa('cosign', ['generate-key-pair'], { cwd: keys });
  return path.join(keys, 'cosign');
}

/** Pushes an image with that text in it; answers its reference by digest. */
async function push(text: string): Promise<string> {
  const name = `${registry.address}/acme/${text}`;
  const context = path.join(folder, text);
  await mkdir(context);
  await writeFile(path.join(context, 'Dockerfile'), 'FROM scratch\nCOPY text /\n');
  await writeFile(path.join(context, 'text'), text);
  await docker(['build', '--quiet', `--tag=${name}:1`, context]);
  const pushed = await docker(['push', `${name}:1`]);
  await removeTag(`${name}:1`);
  return `${name}@${/digest: (\S+)/.exec(pushed)?.[1] ?? ''}`;
}

/** Puts the signature of one image where that of another one is looked for. */
async function moveSignature(from: string, to: string): Promise<void> {
  const url = (reference: string): string =>
    `http://${reference.replace('/', '/v2/').replace('@sha256:', '/manifests/sha256-')}.sig`;
  const manifest = await fetch(url(from), { headers: { accept: manifestType } });
  const name = to.replace(/^[^/]*\//, '').replace(/@.*/, '');
  const { layers, config } = (await manifest.clone().json()) as Record<'layers', { digest: string }[]> &
    Record<'config', { digest: string }>;
  const source = from.replace(/^[^/]*\//, '').replace(/@.*/, '');
  for (const { digest } of [...layers, config]) {
    const query = `mount=${digest}&from=${source}`;
    expect(
      (await fetch(`http://${registry.address}/v2/${name}/blobs/uploads/?${query}`, { method: 'POST' })).status,
    ).toBe(201);
  }
  const answer = await fetch(url(to), {
    method: 'PUT',
    headers: { 'content-type': manifestType },
    body: await manifest.arrayBuffer(),
  });
  expect(answer.status).toBe(201);
}

describe('an image that was signed with a key', () => {
  let key: string;
  let signed: string;

  beforeAll(async () => {
    process.env['PATH'] = `${await fetchPrograms('cosign')}:${before['PATH'] ?? ''}`;
    process.env['COSIGN_PASSWORD'] = password;
    key = await makeKey('key');
    signed = await push('signed');
    await signImage(signerOf({ COSIGN_PASSWORD: password }, `${key}.key`), signed);
  });

  it('is accepted by whoever has the public key, and nothing else', async () => {
    delete process.env['COSIGN_PASSWORD'];
    expect(await findRefusal({ kind: 'key', publicKey: `${key}.pub` }, signed)).toBeUndefined();
  });

  it('is accepted by plain cosign, as the documentation says', async () => {
    await execa('cosign', ['verify', '--key', `${key}.pub`, '--insecure-ignore-tlog=true', signed]);
  });

  it('may be signed once more, and all signatures count for what they cover', async () => {
    const signer = signerOf({ COSIGN_PASSWORD: password, COSIGN_KEY: `${key}.key` });
    const [report, sbom] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
    await signImage(signer, signed, { report });
    await signImage(signer, signed, { sbom });
    expect(await verifySignature(trustOf(signer), signed)).toEqual({ covers: new Set([report, sbom]) });
    await execa('cosign', [
      ...['verify', '--key', `${key}.pub`, '--insecure-ignore-tlog=true', '--annotations', `report=${report}`, signed],
    ]);
  });

  it('does not cover what another key has signed', async () => {
    const other = await makeKey('stranger');
    const forged = `sha256:${'3'.repeat(64)}`;
    await signImage(signerOf({ COSIGN_PASSWORD: password }, `${other}.key`), signed, { report: forged });
    const signature = await verifySignature({ kind: 'key', publicKey: `${key}.pub` }, signed);
    expect('covers' in signature && signature.covers.has(forged)).toBe(false);
    expect(signature).toHaveProperty('covers');
  });

  it('is refused with another key', async () => {
    const other = await makeKey('other');
    expect(await findRefusal({ kind: 'key', publicKey: `${other}.pub` }, signed)).toMatch(
      'none of its signatures matches',
    );
  });

  it('does not vouch for another image', async () => {
    // Of several signatures cosign names the fault of one, so this image has one.
    const single = await push('single');
    await signImage(signerOf({ COSIGN_PASSWORD: password }, `${key}.key`), single);
    const other = await push('tampered');
    const trust = { kind: 'key', publicKey: `${key}.pub` } as const;
    expect(await findRefusal(trust, other)).toMatch('it has no signature');
    await moveSignature(single, other);
    expect(await findRefusal(trust, other)).toMatch(/none of its signatures matches.*digest/);
  });

  it('is not signed with a wrong password, which nobody gets to see', async () => {
    process.env['COSIGN_PASSWORD'] = 'something else';
    const attempt = signImage({ kind: 'key', file: `${key}.key` }, signed);
    await expect(attempt).rejects.toThrow(UpstreamError);
    await expect(attempt).rejects.toThrow(/decryption failed/);
    await expect(attempt).rejects.not.toThrow(/something else/);
  });
});

describe('what cannot be told', () => {
  const nowhere = `127.0.0.1:1/acme/nothing@sha256:${'0'.repeat(64)}`;

  it('is an error where the registry does not answer, not a refusal', async () => {
    const { publicKey } = { publicKey: `${await makeKey('unused')}.pub` };
    await expect(findRefusal({ kind: 'key', publicKey }, nowhere)).rejects.toThrow(UpstreamError);
  });

  it('is an error where the public key is not there', async () => {
    await expect(findRefusal({ kind: 'key', publicKey: 'nothing.pub' }, nowhere)).rejects.toThrow(UpstreamError);
  });
});

describe('cosign', () => {
  const oldPath = process.env['PATH'] ?? '';

  /** A program of that name on the PATH, before all others or alone. */
  async function pretend(name: string, script: string): Promise<string> {
    const bin = path.join(folder, name);
    await mkdir(bin);
    await writeFile(path.join(bin, 'cosign'), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(bin, 'cosign'), 0o755);
    return bin;
  }

  it("is Debian's, which does not know its own version", async () => {
    await requireCosign();
  });

  it('is refused when it is of major 3', async () => {
    process.env['PATH'] = `${await pretend('three', `echo '{"gitVersion": "v3.0.2"}'`)}:${oldPath}`;
    await expect(requireCosign()).rejects.toThrow(/cosign is version 3, but 2 is needed/);
  });

  it('is refused when it does not say what it is', async () => {
    process.env['PATH'] = `${await pretend('strange', 'echo what?')}:${oldPath}`;
    await expect(requireCosign()).rejects.toThrow(EngineError);
  });

  it('is asked for where it is missing', async () => {
    process.env['PATH'] = await mkdtemp(path.join(folder, 'empty-'));
    await expect(requireCosign()).rejects.toThrow(/cosign is not installed.*apt-get install cosign/s);
  });
});
