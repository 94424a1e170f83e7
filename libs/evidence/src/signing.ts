/**
 * Decides how images are signed with cosign 2, and what an outsider verifies. A signature has the tag
 * `sha256-<digest>.sig`, which needs no referrers API.
 */
import { UpstreamError, UsageError } from '@pysan/model';
import { z } from 'zod';

import { type Environment, repositoryOf } from './origin.ts';

/** Keyless: as a workflow of a repository, by its URL, for which Fulcio issues a certificate. */
export type Signer =
  { readonly kind: 'key'; readonly file: string } | { readonly kind: 'keyless'; readonly repository: string };

/** The signer that an outsider trusts: a public key, or the workflows of a repository, by its URL. */
export type Trust =
  { readonly kind: 'key'; readonly publicKey: string } | { readonly kind: 'repository'; readonly url: string };

/** The branch whose workflows publish. nx.json names it too. */
export const publishingBranch = 'main';

/** The workflows that sign. A reusable workflow signs as itself, whichever workflow calls it. */
const publishingWorkflows = ['image', 'development'];

const githubIssuer = 'https://token.actions.githubusercontent.com';

/** The required major version of cosign. Version 2 cannot verify signatures of version 3. */
export const cosignMajor = 2;

/** The signer: a key file, or the run of GitHub Actions. Without either, throws a UsageError that says what to do. */
export function signerOf(env: Environment, keyFile = env['COSIGN_KEY']): Signer {
  if (keyFile !== undefined && keyFile !== '') {
    requirePassword(env);
    return { kind: 'key', file: keyFile };
  }
  const repository = repositoryOf(env);
  if (repository === undefined) {
    throw new UsageError(
      'Outside GitHub Actions signing needs a key pair. Make one with `cosign generate-key-pair`, ' +
        'and set COSIGN_KEY=cosign.key and COSIGN_PASSWORD.',
    );
  }
  if (env['ACTIONS_ID_TOKEN_REQUEST_URL'] === undefined) {
    throw new UsageError('Signing without a key needs an identity token. Give the job `permissions: id-token: write`.');
  }
  requirePublishingBranch(env);
  return { kind: 'keyless', repository };
}

/** Outsiders only trust that branch. On another branch the work would end with a signature that no one accepts. */
function requirePublishingBranch({ GITHUB_REF: ref = '' }: Environment): void {
  if (ref !== `refs/heads/${publishingBranch}`) {
    throw new UsageError(`Only runs on the branch ${publishingBranch} may publish. This run is on ${ref}.`);
  }
}

/** Without the variable cosign would ask on a terminal, which does not exist here. */
function requirePassword(env: Environment): void {
  if (env['COSIGN_PASSWORD'] === undefined) {
    throw new UsageError(
      'The password of the key is missing. Set COSIGN_PASSWORD; leave it empty for a key without a password.',
    );
  }
}

/** What an outsider must trust to accept that signer. The public key is in the private key's folder, where cosign puts it. */
export function trustOf(signer: Signer): Trust {
  return signer.kind === 'key'
    ? { kind: 'key', publicKey: publicKeyOf(signer.file) }
    : { kind: 'repository', url: signer.repository };
}

function publicKeyOf(file: string): string {
  return file.replace(/(\.key)?$/, '.pub');
}

/**
 * The trusted signer of published images: the named key, or else the workflows of the repository that runs this or, on a
 * laptop, of the checkout's repository. Throws a UsageError if that is not on GitHub.
 */
export function findTrust(env: Environment, project: string): Trust {
  const { COSIGN_PUBLIC_KEY: publicKey = '', COSIGN_KEY: key = '' } = env;
  if (publicKey !== '' || key !== '') {
    return { kind: 'key', publicKey: publicKey === '' ? publicKeyOf(key) : publicKey };
  }
  const url = repositoryOf(env) ?? project;
  if (!url.startsWith('https://github.com/')) {
    throw new UsageError(
      'The trusted signer is not known: this is not a checkout of a repository on GitHub. Name the public key in COSIGN_PUBLIC_KEY.',
    );
  }
  return { kind: 'repository', url };
}

/** The trusted signer, in words. */
export function describeTrust(trust: Trust): string {
  return trust.kind === 'key' ? `the key ${trust.publicKey}` : `the workflows of ${trust.url}`;
}

/** Describes a signature before it is made. */
export function describeSigner(signer: Signer): string {
  return signer.kind === 'key'
    ? `signed with the key ${signer.file}, without a transparency log, so there is no public record of its signatures`
    : `signed as a workflow of ${signer.repository}, in the public transparency log`;
}

/** The digests of an image's attachments by kind: `report`, `sbom`. A signature that contains them covers them. */
export type Covered = Readonly<Record<string, string>>;

/** Arguments of `cosign` to sign an image, `name@sha256:…`, and its attachments. They do not contain the password. */
export function signArguments(signer: Signer, reference: string, covered: Covered): string[] {
  const by = signer.kind === 'key' ? [`--key=${signer.file}`, '--tlog-upload=false'] : [];
  const annotations = Object.entries(covered).map(([name, digest]) => `--annotations=${name}=${digest}`);
  return ['sign', '--yes', ...by, ...annotations, reference];
}

/** Arguments of `cosign` to verify an image as an outsider does. */
export function verifyArguments(trust: Trust, reference: string): string[] {
  const by =
    trust.kind === 'key'
      ? [`--key=${trust.publicKey}`, '--insecure-ignore-tlog=true']
      : [`--certificate-identity-regexp=${identityOf(trust.url)}`, `--certificate-oidc-issuer=${githubIssuer}`];
  return ['verify', '--output=json', ...by, reference];
}

/** The certificate names the workflow of the job and its branch. Other branches are not trusted. */
function identityOf(url: string): string {
  const workflow = `(${publishingWorkflows.join('|')})\\.yml`;
  return `^${url.replaceAll('.', '\\.')}/\\.github/workflows/${workflow}@refs/heads/${publishingBranch}$`;
}

/** https://github.com/sigstore/cosign/blob/v2.5.0/specs/SIGNATURE_SPEC.md#simple-signing */
const payloads = z.array(z.looseObject({ optional: z.record(z.string(), z.unknown()).nullish() }));

/** The digests of attachments that valid signatures of an image cover, from the output of `cosign verify`. Throws an UpstreamError for malformed output. */
export function parseCovered(stdout: string): ReadonlySet<string> {
  try {
    const values = payloads.parse(JSON.parse(stdout)).flatMap(({ optional }) => Object.values(optional ?? {}));
    return new Set(values.filter((it): it is string => typeof it === 'string' && /^sha256:[0-9a-f]{64}$/.test(it)));
  } catch (cause) {
    throw new UpstreamError('cosign verified a signature, but did not report what it covers.', { cause });
  }
}

/**
 * The major version of cosign, from `cosign version --json` or, because Debian's does not know its own version, from
 * `cosign verify --help`: version 3 made bundles the default. Undefined if neither shows it.
 */
export function parseCosignMajor(version: string, help: string): number | undefined {
  const stated = /"gitVersion":\s*"v(\d+)\./.exec(version)?.[1];
  if (stated !== undefined) {
    return Number(stated);
  }
  const bundles = /--new-bundle-format=(true|false)/.exec(help)?.[1];
  return bundles === undefined ? undefined : bundles === 'true' ? 3 : 2;
}
