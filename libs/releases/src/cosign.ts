/** Signs and verifies images with cosign. Passwords and tokens stay in the environment, which cosign reads itself. `env` is added to that of this process. */
import {
  cosignMajor,
  type Covered,
  parseCosignMajor,
  parseCovered,
  signArguments,
  type Signer,
  type Trust,
  verifyArguments,
} from '@pysan/evidence';
import { repeatCommand } from '@pysan/http';
import { EngineError, UpstreamError } from '@pysan/model';
import { execa } from 'execa';

import type { Signature } from './signature.ts';

interface CosignResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

// See https://github.com/sigstore/cosign/blob/v2.5.0/cmd/cosign/errors/exit_codes.go.
const refusals = new Map([
  [10, 'it has no signature'],
  [12, 'none of its signatures matches'],
  [13, 'its signature has no certificate'],
]);

/** Throws an EngineError with the remedy if cosign is missing or has another major version. */
export async function requireCosign(): Promise<void> {
  const version = await cosign(['version', '--json']);
  const help = await cosign(['verify', '--help']);
  const major = parseCosignMajor(version.stdout, `${help.stdout}\n${help.stderr}`);
  if (major !== cosignMajor) {
    const found = major === undefined ? 'of an unknown version' : `version ${major}`;
    throw new EngineError(
      `cosign is ${found}, but ${cosignMajor} is needed: the two cannot verify each other's signatures. ${remedy}`,
    );
  }
}

const remedy =
  'Install cosign 2: `apt-get install cosign` on Debian 13, otherwise https://github.com/sigstore/cosign/releases.';

/**
 * Signs a published image by its digest, `ghcr.io/acme/numpy-tsan@sha256:…`, with the digests of its attachments. Throws an
 * UpstreamError if that fails.
 */
export async function signImage(
  signer: Signer,
  reference: string,
  covered: Covered = {},
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  requireDigest(reference);
  const answer = await repeatCommand(() => cosign(signArguments(signer, reference, covered), env));
  if (answer.exitCode !== 0) {
    throw new UpstreamError(`${reference} could not be signed: ${lastError(answer)}`);
  }
}

/** Verifies the signature of an image against a trusted signer. Throws an UpstreamError if that cannot be decided. */
export async function verifySignature(
  trust: Trust,
  reference: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Signature> {
  requireDigest(reference);
  const answer = await repeatCommand(() => cosign(verifyArguments(trust, reference), env));
  if (answer.exitCode === 0) {
    return { covers: parseCovered(answer.stdout) };
  }
  const refusal = refusals.get(answer.exitCode ?? 1);
  if (refusal === undefined) {
    throw new UpstreamError(`The signature of ${reference} could not be checked: ${lastError(answer)}`);
  }
  return { refusal: `${refusal} (${lastError(answer)})` };
}

/** Requires a digest, because a tag may move at any time. */
function requireDigest(reference: string): void {
  if (!/@sha256:[0-9a-f]{64}$/.test(reference)) {
    throw new Error(`${reference} is not a reference by digest.`);
  }
}

async function cosign(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CosignResult> {
  const { code, exitCode, stdout, stderr } = await execa('cosign', args, { reject: false, stdin: 'ignore', env });
  if (code === 'ENOENT') {
    throw new EngineError(`cosign is not installed. ${remedy}`);
  }
  return { exitCode, stdout, stderr };
}

/** cosign prints its error twice, the second time with a prefix. */
function lastError({ stderr }: CosignResult): string {
  return /^Error: (.*)$/m.exec(stderr)?.[1] ?? stderr.trim().slice(-500);
}
