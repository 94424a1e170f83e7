/** The proof of a published image: a report, by today's checks, on the very bytes that the registry has. */
import path from 'node:path';

import { type Build, chainOf, type Image, ProductError } from '@pysan/model';
import { readAttachment } from '@pysan/registry';
import { type Report, reportType } from '@pysan/verification';

import { readProof } from '../plan/proof.ts';
import { type NamedImage, readRecords } from '../store/index.ts';
import { readChecks, verifyBuilt } from '../verify/index.ts';
import { attachReport, referenceTo } from './evidence.ts';
import type { Target } from './target.ts';
import { pullImage } from './transfer.ts';

export interface ProofTask {
  readonly root: string;
  readonly images: ReadonlyMap<string, Image>;
  readonly target: Target;
  readonly build: Build;
  readonly image: NamedImage;
  readonly env: Record<string, string>;
  readonly report: (line: string) => void;
}

/**
 * Verifies an image as it comes back from the registry, unless a pass by today's checks is attached to it. The report is
 * attached whatever it says. ProductError when it is no pass.
 */
export async function ensureProven(task: ProofTask): Promise<void> {
  const { root, target, build, image, report } = task;
  if (await isProven(task)) {
    return;
  }
  const reference = referenceTo(target, image);
  await pullImage(reference, undefined, task.env);
  const result = await verifyBuilt({ root, imageName: build.image.name, reference, report });
  await attachReport(target, image, result);
  if (result.verdict !== 'pass') {
    throw new ProductError(
      `${reference} did not pass: no public tag was touched. Its report is attached to it, and in ${recordOf(result)}.`,
    );
  }
}

function recordOf({ image, pythonTag = '' }: Report): string {
  return path.join('dist/images', image, pythonTag, 'report.json');
}

/** Whether a pass of that build by the checks of this checkout is attached. */
export async function isProven({
  root,
  images,
  target,
  build,
  image,
}: Omit<ProofTask, 'env' | 'report'>): Promise<boolean> {
  const chain = chainOf(images, build.image.name).map(({ name }) => name);
  const [{ hash }, { referrers }] = await Promise.all([
    readChecks(root, chain),
    readRecords(target.repository, image.digest),
  ]);
  const reports = referrers.filter(({ artifactType }) => artifactType === reportType);
  const read = reports.map(async (it) => readProof(it.digest, String(await readAttachment(target.repository, it))));
  return (await Promise.all(read)).some(
    ({ buildId, checksHash, verdict }) => buildId === build.id && checksHash === hash && verdict === 'pass',
  );
}
