import { describe, expect, it } from '@jest/globals';
import { UsageError } from '@pysan/model';

import {
  describeSigner,
  findTrust,
  parseCosignMajor,
  parseCovered,
  signArguments,
  signerOf,
  trustOf,
  verifyArguments,
} from './signing.ts';

const project = 'https://github.com/acme/pysan';
const actions = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/pysan',
  GITHUB_REF: 'refs/heads/main',
};
const identities = '^https://github\\.com/acme/pysan/\\.github/workflows/(image|development)\\.yml@refs/heads/main$';
const token = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.org' };
const reference = `ghcr.io/acme/numpy-tsan@sha256:${'d'.repeat(64)}`;

describe('the signer', () => {
  it.each([
    [{ ...actions, ...token }, undefined, { kind: 'keyless', repository: project }],
    [{ COSIGN_KEY: 'a.key', COSIGN_PASSWORD: '' }, undefined, { kind: 'key', file: 'a.key' }],
    [{ COSIGN_KEY: 'a.key', COSIGN_PASSWORD: 'x' }, 'b.key', { kind: 'key', file: 'b.key' }],
    [{ ...actions, ...token, COSIGN_PASSWORD: 'x' }, 'b.key', { kind: 'key', file: 'b.key' }],
    [{ ...actions, ...token, COSIGN_KEY: '' }, undefined, { kind: 'keyless', repository: project }],
  ])('of %j with the key %s is %j', (env, key, signer) => {
    expect(signerOf(env, key)).toEqual(signer);
  });

  it.each([
    [{}, /cosign generate-key-pair/],
    [{ COSIGN_KEY: 'a.key' }, /Set COSIGN_PASSWORD/],
    [actions, /id-token: write/],
    [{ ...actions, ...token, GITHUB_REF: 'refs/heads/trial' }, /branch main may publish.*refs\/heads\/trial/],
    [{ ...actions, ...token, GITHUB_REF: 'refs/tags/main' }, /branch main may publish/],
  ])('of %j is missing: %s', (env, message) => {
    expect(() => signerOf(env)).toThrow(UsageError);
    expect(() => signerOf(env)).toThrow(message);
  });

  it('says where nobody else sees the signature', () => {
    expect(describeSigner({ kind: 'key', file: 'a.key' })).toMatch('without a transparency log');
    expect(describeSigner({ kind: 'keyless', repository: project })).toMatch(
      `as a workflow of ${project}, in the public`,
    );
  });
});

describe('the arguments of cosign', () => {
  const key = { kind: 'key', file: 'a.key' } as const;
  const keyless = { kind: 'keyless', repository: project } as const;

  it('keep out of the log with a key only', () => {
    expect(signArguments(key, reference, {})).toEqual([
      ...['sign', '--yes', '--key=a.key', '--tlog-upload=false', reference],
    ]);
    expect(signArguments(keyless, reference, {})).toEqual(['sign', '--yes', reference]);
  });

  it('sign what is attached by its digest', () => {
    expect(signArguments(keyless, reference, { report: 'sha256:1', sbom: 'sha256:2' })).toEqual([
      ...['sign', '--yes', '--annotations=report=sha256:1', '--annotations=sbom=sha256:2', reference],
    ]);
  });

  it('verify what the signer is known by', () => {
    expect(verifyArguments(trustOf(key), reference)).toEqual([
      ...['verify', '--output=json', '--key=a.pub', '--insecure-ignore-tlog=true', reference],
    ]);
    expect(verifyArguments(trustOf(keyless), reference)).toEqual([
      ...['verify', '--output=json', `--certificate-identity-regexp=${identities}`],
      ...['--certificate-oidc-issuer=https://token.actions.githubusercontent.com', reference],
    ]);
  });

  it.each([
    [`${project}/.github/workflows/image.yml@refs/heads/main`, true],
    [`${project}/.github/workflows/development.yml@refs/heads/main`, true],
    [`${project}/.github/workflows/image.yml@refs/heads/trial`, false],
    [`${project}/.github/workflows/image.yml@refs/heads/main/x`, false],
    [`${project}/.github/workflows/ci.yml@refs/heads/main`, false],
    [`${project}/.github/workflows/image.yml@refs/pull/1/merge`, false],
    [`${project}-evil/.github/workflows/image.yml@refs/heads/main`, false],
    ['https://github.com/evil/pysan/.github/workflows/image.yml@refs/heads/main', false],
    [`https://evil.org/${project}/.github/workflows/image.yml@refs/heads/main`, false],
  ])('take %s for a workflow that publishes: %s', (identity, isOne) => {
    expect(new RegExp(identities).test(identity)).toBe(isOne);
  });
});

describe('whom somebody trusts', () => {
  it.each([
    [{}, project, { kind: 'repository', url: project }],
    [
      { ...actions, GITHUB_REPOSITORY: 'other/pysan' },
      project,
      { kind: 'repository', url: 'https://github.com/other/pysan' },
    ],
    [{ COSIGN_KEY: 'a.key' }, project, { kind: 'key', publicKey: 'a.pub' }],
    [{ COSIGN_KEY: 'a.key', COSIGN_PUBLIC_KEY: 'b.pub' }, 'urn:x', { kind: 'key', publicKey: 'b.pub' }],
  ])('by %j in a checkout of %s is %j', (env, checkout, trust) => {
    expect(findTrust(env, checkout)).toEqual(trust);
  });

  it('is to be said elsewhere than on GitHub', () => {
    expect(() => findTrust({}, 'https://git.example.org/acme/pysan')).toThrow(/COSIGN_PUBLIC_KEY/);
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

describe('what good signatures cover', () => {
  const [report, sbom] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
  const critical = { type: 'cosign container image signature' };

  it.each([
    ['nothing beside the image', [{ critical, optional: null }], []],
    [
      'what any of them names',
      [
        { critical, optional: { report } },
        { critical, optional: { sbom } },
      ],
      [report, sbom],
    ],
    [
      'no words of a certificate',
      [{ critical, optional: { Subject: 'https://github.com/…', Bundle: {}, report } }],
      [report],
    ],
  ])('is %s', (_, payloads, covered) => {
    expect([...parseCovered(JSON.stringify(payloads))]).toEqual(covered);
  });

  it.each(['', '{}', '[1]'])('cannot be told by %j', (stdout) => {
    expect(() => parseCovered(stdout)).toThrow('did not report what it covers');
  });
});
