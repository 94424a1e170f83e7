/** The proof of a published image: a report by the present checks on the bytes in the registry. */
import path from 'node:path';

import type { Covered } from '@pysan/evidence';
import type { Build } from '@pysan/model';
import { outdatedProof, type Reason } from '@pysan/planning';
import { readChecks } from '@pysan/proving';
import type { Referrer, Repository } from '@pysan/registry';
import { attachReport, findProof } from '@pysan/releases';
import { chainNames, type Resolved } from '@pysan/resolution';
import type { Report } from '@pysan/verification';

import { referenceTo, toBytes } from './evidence.ts';
import type { Publication } from './publish-world.ts';

export interface NewProof {
  /** The report, which no signature covers yet. */
  readonly attached: Covered;
  /** The message if it is not a pass. */
  readonly failure?: string;
}

/**
 * Pulls an image back from the registry and verifies it. Returns undefined if a report in `covered`, which its signature covers,
 * already proves it. The new report is attached whatever its verdict.
 */
export async function prove(
  { world, resolved, build, target, image }: Publication,
  covered: readonly Referrer[],
): Promise<NewProof | undefined> {
  const { root, engine, env, verify, now } = world;
  const { repository } = target;
  if ((await whyUnproven({ root, resolved, build, repository }, covered)) === undefined) {
    return undefined;
  }
  const reference = referenceTo(target, image);
  await engine.pullImage(reference, env);
  const result = await verify(build.image.name, reference);
  const report = await attachReport(repository, image.manifest, toBytes(result), { referrers: covered, now: now() });
  const failure = `${reference} did not pass, so no public tag was moved. Its report is attached to it, and in ${recordOf(result)}.`;
  return { attached: { report }, ...(result.verdict === 'pass' ? {} : { failure }) };
}

function recordOf({ image, pythonTag = '' }: Report): string {
  return path.join('dist/images', image, pythonTag, 'report.json');
}

export interface ProofSubject {
  readonly root: string;
  readonly resolved: Pick<Resolved, 'builds'>;
  readonly build: Build;
  readonly repository: Repository;
}

/** Why an image with these referrers, which its signature covers, does not count as proven by this checkout's checks; undefined if it does. */
export async function whyUnproven(
  { root, resolved, build, repository }: ProofSubject,
  referrers: readonly Referrer[],
): Promise<Reason | undefined> {
  const [{ hash }, proof] = await Promise.all([
    readChecks(root, chainNames(resolved, build.image.name)),
    findProof(repository, referrers),
  ]);
  return outdatedProof({ buildId: build.id, ...(proof === undefined ? {} : { proof }) }, hash);
}
