/** Whose signatures this checkout trusts, and whether an image has one. */
import { findTrust, type Trust } from '@pysan/evidence';
import { isExpected } from '@pysan/model';
import type { Namespace } from '@pysan/registry';
import { readCheckout } from '@pysan/workspace';

import { findRefusal, requireCosign } from './cosign.ts';
import { withLogin } from './login.ts';

/** UsageError where nothing says whose. */
export async function readTrust(root: string): Promise<Trust> {
  return findTrust(process.env, (await readCheckout(root)).project);
}

/** Why an image would be refused by whom this checkout trusts, or undefined; or why that cannot be told. */
export type SignatureJudgement =
  { readonly trust: Trust; readonly refusal: string | undefined } | { readonly unknown: string };

/** Verifies the signature of an image that a registry has, by its digest: `ghcr.io/acme/numpy-tsan@sha256:…`. */
export async function judgeSignature(
  root: string,
  namespace: Pick<Namespace, 'host' | 'path'>,
  reference: string,
): Promise<SignatureJudgement> {
  try {
    const trust = await readTrust(root);
    await requireCosign();
    return { trust, refusal: await withLogin(namespace, (env) => findRefusal(trust, reference, env)) };
  } catch (error) {
    if (isExpected(error)) {
      return { unknown: error.message };
    }
    throw error;
  }
}
