import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { findCredentials } from './credentials.ts';

const auth = Buffer.from('ada:se:cret').toString('base64');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-credentials-'));
});
afterEach(() => rm(folder, { recursive: true }));

function find(host: string, env: NodeJS.ProcessEnv = {}): ReturnType<typeof findCredentials> {
  return findCredentials(host, 'acme', {
    DOCKER_CONFIG: folder,
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    ...env,
  });
}

function configure(config: unknown): Promise<void> {
  return writeFile(path.join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
}

/** A credential helper that keeps what it was asked. */
async function installHelper(answer: string): Promise<void> {
  const file = path.join(folder, 'docker-credential-test');
  await writeFile(file, `#!/bin/sh\n[ "$*" = get ] || exit 3\nread -r host\n${answer}\n`);
  await chmod(file, 0o755);
}

describe('the environment', () => {
  const env = { GHCR_USERNAME: 'ada', CI_TOKEN: 'secret' };

  it('identifies to GHCR, and to nobody else', async () => {
    expect(await find('ghcr.io', env)).toMatchObject({ username: 'ada', secret: 'secret' });
    expect(await find('ghcr.io.example', env)).toBeUndefined();
    expect(await find('ghcr.io:8080', env)).toBeUndefined();
  });

  it('goes before what the engine was logged in with', async () => {
    await configure({ auths: { 'ghcr.io': { auth } } });
    expect(await find('ghcr.io', env)).toMatchObject({ secret: 'secret' });
    expect(await find('ghcr.io')).toMatchObject({ username: 'ada', secret: 'se:cret' });
  });

  it('takes a token without a name for that of the owner', async () => {
    expect(await find('ghcr.io', { CI_TOKEN: 'secret' })).toEqual({
      username: 'acme',
      secret: 'secret',
      from: 'CI_TOKEN',
    });
    expect(await find('ghcr.io', { ...env, GHCR_USERNAME: '' })).toMatchObject({ username: 'acme' });
  });

  it('with a name and no token is a mistake', async () => {
    await expect(find('ghcr.io', { GHCR_USERNAME: 'ada' })).rejects.toThrow(/GHCR_USERNAME is set and CI_TOKEN is not/);
  });
});

describe("the engine's credential file", () => {
  it('may be missing', async () => {
    expect(await find('example.com')).toBeUndefined();
  });

  it.each(['example.com', 'https://example.com', 'https://example.com/v1/'])(
    'may write the host as %s',
    async (key) => {
      await configure({ auths: { [key]: { auth } }, HttpHeaders: {} });
      expect(await find('example.com')).toMatchObject({ username: 'ada', secret: 'se:cret' });
      expect(await find('other.example.com')).toBeUndefined();
    },
  );

  it.each<{ config: unknown; message: string }>([
    { config: `{"auths": {"x": {"auth": "${auth}"`, message: 'not have the format that `docker login` writes' },
    { config: { auths: { 'example.com': { auth: 12 } } }, message: 'not have the format that `docker login` writes' },
    { config: { auths: { 'example.com': { auth: 'c2VjcmV0' } } }, message: 'expected user and password' },
    { config: { auths: { 'example.com': { identitytoken: 'se:cret' } } }, message: 'identity token' },
    { config: { credsStore: '../evil' }, message: 'not a valid name of a credential helper' },
  ])('is refused without a word of what is in it: $message', async ({ config, message }) => {
    await configure(config);
    const error = await find('example.com').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(String(error)).not.toMatch(/secret|c2VjcmV0|YWRh/);
  });
});

describe('a credential helper', () => {
  it.each([{ credsStore: 'test' }, { credHelpers: { 'example.com': 'test' }, credsStore: 'other' }])(
    'is asked by stdin: %j',
    async (config) => {
      await configure(config);
      await installHelper('echo "{\\"ServerURL\\":\\"$host\\",\\"Username\\":\\"for $host\\",\\"Secret\\":\\"s\\"}"');
      expect(await find('example.com')).toMatchObject({ username: 'for example.com', secret: 's' });
    },
  );

  it.each`
    answer                                                       | outcome
    ${'echo "credentials not found in native keychain"; exit 1'} | ${undefined}
    ${'echo secret; echo secret >&2; exit 4'}                    | ${/docker-credential-test for example.com, which ended with 4/}
    ${'echo secret'}                                             | ${/answers in an unknown format/}
  `('that answers "$answer"', async ({ answer, outcome }) => {
    await configure({ credsStore: 'test' });
    await installHelper(answer as string);
    const result: unknown = await find('example.com').catch((error: unknown) => String(error));
    expect(result).toEqual(outcome === undefined ? undefined : expect.stringMatching(outcome));
    expect(String(result)).not.toContain('secret');
  });

  it('that is not there is an error', async () => {
    await configure({ credsStore: 'nowhere' });
    await expect(find('example.com')).rejects.toThrow('docker-credential-nowhere for example.com, which cannot be run');
  });
});
