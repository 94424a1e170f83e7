/** Checks signatures against the signer that this checkout trusts. */
import type { Trust } from '@pysan/evidence';
import type { Namespace } from '@pysan/registry';
import pLimit from 'p-limit';

import { requireCosign, verifySignature } from './cosign.ts';
import { withLogin } from './login.ts';
import type { ReadSignature, Signature } from './signature.ts';
import { readTrust } from './trust.ts';

// Each check is a separate process.
const processesAtOnce = 4;

/** `env` is what cosign needs beside the environment of this process. Nothing is asked before the first image, and of each image once. */
export function signatureReader(root: string, env: Readonly<Record<string, string>>): ReadSignature {
  const limit = pLimit(processesAtOnce);
  const known = new Map<string, Promise<Signature>>();
  let trust: Promise<Trust> | undefined;
  return (reference) => {
    const signature =
      known.get(reference) ?? limit(async () => verifySignature(await (trust ??= openTrust(root)), reference, env));
    known.set(reference, signature);
    return signature;
  };
}

async function openTrust(root: string): Promise<Trust> {
  await requireCosign();
  return readTrust(root);
}

/** Runs the work with a reader for the images of a namespace, with pysan's credentials for the registry. */
export function withSignatures<T>(
  root: string,
  namespace: Pick<Namespace, 'host' | 'path'>,
  work: (read: ReadSignature) => Promise<T>,
): Promise<T> {
  return withLogin(namespace, (env) => work(signatureReader(root, env)));
}
