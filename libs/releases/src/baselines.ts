/** The baselines that are attached to an image: the newest counts. */
import { UpstreamError, UsageError } from '@pysan/model';
import { describe, listReferrers, readAttachment, type Referrer, type Repository } from '@pysan/registry';
import { type Baseline, baselineType, parseBaseline, withIssues } from '@pysan/verification';
import { readKnownFindings } from '@pysan/workspace';

import { newestOf, timeOf } from './documents.ts';
import { readNamed } from './read-named.ts';
import { coveredBy, type ReadSignature } from './signature.ts';
import { withSignatures } from './signatures.ts';

export interface StoredBaseline extends Baseline {
  /** ISO time of the recording. */
  readonly at: string;
}

/** Undefined when there is no baseline among what is attached. UpstreamError when the newest cannot be read. */
export async function findBaseline(
  repository: Repository,
  referrers: readonly Referrer[],
): Promise<StoredBaseline | undefined> {
  const newest = newestOf(baselineType, referrers);
  if (newest === undefined) {
    return undefined;
  }
  const text = String(await readAttachment(repository, newest));
  try {
    return { ...parseBaseline(text), at: timeOf(newest) };
  } catch (cause) {
    throw new UpstreamError(`${describe(repository, newest.digest)} is not a baseline`, { cause });
  }
}

/**
 * The baseline of what a tag or digest names, with the issues that this checkout knows. UsageError when there is no such
 * image, or none that its signature covers.
 */
export function readBaseline(root: string, repository: Repository, reference: string): Promise<StoredBaseline> {
  const { registry, name } = repository;
  return withSignatures(root, { host: registry.host, path: name }, async (read) => {
    return withIssues(await readCovered(repository, reference, read), await readKnownFindings(root));
  });
}

async function readCovered(
  repository: Repository,
  reference: string,
  readSignature: ReadSignature,
): Promise<StoredBaseline> {
  const what = describe(repository, reference);
  const image = await readNamed(repository, reference);
  if (image === undefined) {
    throw new UsageError(`There is no ${what}.`);
  }
  const signature = await readSignature(`${repository.registry.host}/${repository.name}@${image.digest}`);
  if ('refusal' in signature) {
    throw new UsageError(`${what} has no baseline that counts: ${signature.refusal}.`);
  }
  const baseline = await findBaseline(repository, coveredBy(signature, await listReferrers(repository, image.digest)));
  if (baseline === undefined) {
    throw new UsageError(`${what} has no baseline that its signature covers. \`pysan baseline\` records one.`);
  }
  return baseline;
}
