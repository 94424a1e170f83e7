/** Builds that are published: looks for them by their tag that never moves, and takes them for those that would be built here. */
import { type Build, buildName, referenceOf, UpstreamError } from '@pysan/model';
import type { Namespace } from '@pysan/registry';
import { buildIdLabel, buildTagOf } from '@pysan/tagging';

import { findRefusal } from './cosign.ts';
import { type NamedImage, readNamed } from './read-named.ts';
import { withLogin } from './login.ts';
import { type Target, targetOf } from './target.ts';
import { pullImage } from './transfer.ts';
import { readTrust } from './trust.ts';

/** What the registry has under the tag of the build. UpstreamError when that is something else. */
export async function readPublished(target: Target, build: Build): Promise<NamedImage | undefined> {
  const own = buildTagOf(build);
  const image = await readNamed(target.repository, own);
  if (image !== undefined && image.labels[buildIdLabel] !== build.id) {
    throw new UpstreamError(
      `${target.name}:${own} is not the build ${buildName(build.id)}. Find out who put it there.`,
    );
  }
  return image;
}

export interface PullTask {
  readonly root: string;
  readonly namespace: Namespace;
  readonly build: Build;
  readonly report: (line: string) => void;
}

/**
 * Pulls a build under its local name; false when it is not published. UpstreamError when that cannot be told, or when its signature
 * is not that of whom this checkout trusts.
 */
export async function pullPublished({ root, namespace, build, report }: PullTask): Promise<boolean> {
  const target = targetOf(namespace, build.image.name);
  const image = await readPublished(target, build);
  if (image === undefined) {
    return false;
  }
  const reference = `${target.name}@${image.digest}`;
  const trust = await readTrust(root);
  await withLogin(namespace, async (env) => {
    const refusal = await findRefusal(trust, reference, env);
    if (refusal !== undefined) {
      throw new UpstreamError(`${reference} is not taken: ${refusal}.`);
    }
    report(`pulling ${reference}, signed by whom this checkout trusts`);
    await pullImage(reference, referenceOf(build), env);
  });
  return true;
}
