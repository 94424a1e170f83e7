import { describe, expect, it } from '@jest/globals';
import { UsageError } from '@pysan/model';

import { describeSigner, parseCosignMajor, signArguments, signerOf, trustOf, verifyArguments } from './signing.ts';

const workflow = 'https://github.com/acme/pysan/.github/workflows/publish.yml@refs/heads/main';
const actions = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_WORKFLOW_REF: 'acme/pysan/.github/workflows/publish.yml@refs/heads/main',
};
const token = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.org' };
const reference = `ghcr.io/acme/numpy-tsan@sha256:${'d'.repeat(64)}`;

describe('the signer', () => {
  it.each([
    [{ ...actions, ...token }, undefined, { kind: 'keyless', identity: workflow }],
    [{ COSIGN_KEY: 'a.key', COSIGN_PASSWORD: '' }, undefined, { kind: 'key', file: 'a.key' }],
    [{ COSIGN_KEY: 'a.key', COSIGN_PASSWORD: 'x' }, 'b.key', { kind: 'key', file: 'b.key' }],
    [{ ...actions, ...token, COSIGN_PASSWORD: 'x' }, 'b.key', { kind: 'key', file: 'b.key' }],
    [{ ...actions, ...token, COSIGN_KEY: '' }, undefined, { kind: 'keyless', identity: workflow }],
  ])('of %j with the key %s is %j', (env, key, signer) => {
    expect(signerOf(env, key)).toEqual(signer);
  });

  it.each([
    [{}, /cosign generate-key-pair/],
    [{ COSIGN_KEY: 'a.key' }, /set COSIGN_PASSWORD/],
    [actions, /id-token: write/],
  ])('of %j is missing: %s', (env, message) => {
    expect(() => signerOf(env)).toThrow(UsageError);
    expect(() => signerOf(env)).toThrow(message);
  });

  it('says where nobody else sees the signature', () => {
    expect(describeSigner({ kind: 'key', file: 'a.key' })).toMatch('without a transparency log');
    expect(describeSigner({ kind: 'keyless', identity: workflow })).toMatch(`as ${workflow}, in the public`);
  });
});

describe('the arguments of cosign', () => {
  const key = { kind: 'key', file: 'a.key' } as const;
  const keyless = { kind: 'keyless', identity: workflow } as const;

  it('keep out of the log with a key only', () => {
    expect(signArguments(key, reference)).toEqual(['sign', '--yes', '--key=a.key', '--tlog-upload=false', reference]);
    expect(signArguments(keyless, reference)).toEqual(['sign', '--yes', reference]);
  });

  it('verify what the signer is known by', () => {
    expect(verifyArguments(trustOf(key), reference)).toEqual([
      ...['verify', '--output=json', '--key=a.pub', '--insecure-ignore-tlog=true', reference],
    ]);
    expect(verifyArguments(trustOf(keyless), reference)).toEqual([
      ...['verify', '--output=json', `--certificate-identity=${workflow}`],
      ...['--certificate-oidc-issuer=https://token.actions.githubusercontent.com', reference],
    ]);
  });
});

it.each([
  ['{"gitVersion": "v2.5.0"}', '', 2],
  ['{\n  "gitVersion": "v3.0.2",\n}', '--new-bundle-format=false', 3],
  ['{"gitVersion": "devel"}', '    --new-bundle-format=false:\n', 2],
  ['{"gitVersion": "devel"}', '    --new-bundle-format=true:\n', 3],
  ['{"gitVersion": "devel"}', '', undefined],
  ['', '', undefined],
])('a cosign that says %j and %j is of major %s', (version, help, major) => {
  expect(parseCosignMajor(version, help)).toBe(major);
});
