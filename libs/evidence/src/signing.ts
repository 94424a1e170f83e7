/**
 * Decides how images are signed with cosign 2, and what an outsider verifies. Signatures are attached the way that needs no
 * referrers API: as the tag `sha256-<digest>.sig`.
 */
import { UpstreamError, UsageError } from '@pysan/model';
import { z } from 'zod';

import { type Environment, repositoryOf } from './origin.ts';

/** Keyless: as a workflow of a repository, by its URL, for which Fulcio issues a certificate. */
export type Signer =
  { readonly kind: 'key'; readonly file: string } | { readonly kind: 'keyless'; readonly repository: string };

/** What an outsider trusts: who has a key, or the workflows of a repository, by its URL. */
export type Trust =
  { readonly kind: 'key'; readonly publicKey: string } | { readonly kind: 'repository'; readonly url: string };

/** The branch whose workflows publish: nx.json names it, too. */
export const publishingBranch = 'main';

/** The workflows that sign. A reusable workflow signs as itself, whichever workflow calls it. */
const publishingWorkflows = ['image', 'development'];

const githubIssuer = 'https://token.actions.githubusercontent.com';

/** The one major of cosign that is used everywhere: 2 cannot verify what 3 writes. */
export const cosignMajor = 2;

/** The signer by a key file, or by the run of GitHub Actions. UsageError when there is neither, with what to do. */
export function signerOf(env: Environment, keyFile = env['COSIGN_KEY']): Signer {
  if (keyFile !== undefined && keyFile !== '') {
    requirePassword(env);
    return { kind: 'key', file: keyFile };
  }
  const repository = repositoryOf(env);
  if (repository === undefined) {
    throw new UsageError(
      'Outside of GitHub Actions signing needs a key pair: make one with `cosign generate-key-pair`, ' +
        'and name it in COSIGN_KEY=cosign.key, its password in COSIGN_PASSWORD.',
    );
  }
  if (env['ACTIONS_ID_TOKEN_REQUEST_URL'] === undefined) {
    throw new UsageError('Signing without a key needs an identity token: give the job `permissions: id-token: write`.');
  }
  requirePublishingBranch(env);
  return { kind: 'keyless', repository };
}

/** An outsider trusts that branch alone: on another one the work would end with a signature that nobody accepts. */
function requirePublishingBranch({ GITHUB_REF: ref = '' }: Environment): void {
  if (ref !== `refs/heads/${publishingBranch}`) {
    throw new UsageError(`Only runs on the branch ${publishingBranch} may publish. This run is on ${ref}.`);
  }
}

/** cosign would ask for it, on a terminal that is not there. */
function requirePassword(env: Environment): void {
  if (env['COSIGN_PASSWORD'] === undefined) {
    throw new UsageError(
      'The password of the key is missing: set COSIGN_PASSWORD, and leave it empty for a key without a password.',
    );
  }
}

/** What an outsider trusts where that signer signs. The public key is beside the private one, as cosign makes them. */
export function trustOf(signer: Signer): Trust {
  return signer.kind === 'key'
    ? { kind: 'key', publicKey: publicKeyOf(signer.file) }
    : { kind: 'repository', url: signer.repository };
}

function publicKeyOf(file: string): string {
  return file.replace(/(\.key)?$/, '.pub');
}

/**
 * What somebody trusts who takes published images for their own: a key that they name, else the workflows of the repository that
 * runs this or, on a laptop, that this is a checkout of. UsageError when it is none of GitHub's.
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

/** Whose signatures count, in words. */
export function describeTrust(trust: Trust): string {
  return trust.kind === 'key' ? `the key ${trust.publicKey}` : `the workflows of ${trust.url}`;
}

/** What there is to say about a signature before it is made. */
export function describeSigner(signer: Signer): string {
  return signer.kind === 'key'
    ? `signed with the key ${signer.file}, without a transparency log: its other signatures leave no public record`
    : `signed as a workflow of ${signer.repository}, in the public transparency log`;
}

/** Digests of what is attached to an image, by what each is: `report`, `sbom`. A signature that holds them covers them. */
export type Covered = Readonly<Record<string, string>>;

/** Arguments of `cosign` that sign an image, `name@sha256:…`, and what is attached to it. The password is not among them. */
export function signArguments(signer: Signer, reference: string, covered: Covered): string[] {
  const by = signer.kind === 'key' ? [`--key=${signer.file}`, '--tlog-upload=false'] : [];
  const annotations = Object.entries(covered).map(([name, digest]) => `--annotations=${name}=${digest}`);
  return ['sign', '--yes', ...by, ...annotations, reference];
}

/** Arguments of `cosign` that verify an image as an outsider does. */
export function verifyArguments(trust: Trust, reference: string): string[] {
  const by =
    trust.kind === 'key'
      ? [`--key=${trust.publicKey}`, '--insecure-ignore-tlog=true']
      : [`--certificate-identity-regexp=${identityOf(trust.url)}`, `--certificate-oidc-issuer=${githubIssuer}`];
  return ['verify', '--output=json', ...by, reference];
}

/** The certificate names the workflow of the job and its branch: a trial on another branch is not the factory. */
function identityOf(url: string): string {
  const workflow = `(${publishingWorkflows.join('|')})\\.yml`;
  return `^${url.replaceAll('.', '\\.')}/\\.github/workflows/${workflow}@refs/heads/${publishingBranch}$`;
}

/** https://github.com/sigstore/cosign/blob/v2.5.0/specs/SIGNATURE_SPEC.md#simple-signing */
const payloads = z.array(z.looseObject({ optional: z.record(z.string(), z.unknown()).nullish() }));

/** The digests that good signatures of an image cover beside its own, by what `cosign verify` prints. UpstreamError when that is something else. */
export function parseCovered(stdout: string): ReadonlySet<string> {
  try {
    const values = payloads.parse(JSON.parse(stdout)).flatMap(({ optional }) => Object.values(optional ?? {}));
    return new Set(values.filter((it): it is string => typeof it === 'string' && /^sha256:[0-9a-f]{64}$/.test(it)));
  } catch (cause) {
    throw new UpstreamError('cosign verified a signature, but does not tell what it covers.', { cause });
  }
}

/**
 * The major of a cosign, by `cosign version --json` and, since Debian's does not know its own version, by what
 * `cosign verify --help` says: 3 made bundles the default. Undefined when it cannot tell.
 */
export function parseCosignMajor(version: string, help: string): number | undefined {
  const stated = /"gitVersion":\s*"v(\d+)\./.exec(version)?.[1];
  if (stated !== undefined) {
    return Number(stated);
  }
  const bundles = /--new-bundle-format=(true|false)/.exec(help)?.[1];
  return bundles === undefined ? undefined : bundles === 'true' ? 3 : 2;
}
