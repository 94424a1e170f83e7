/** The proof of a published image: a report, by today's checks, on the very bytes that the registry has. */
import path from 'node:path';

import { type Build, chainOf, type Image, ProductError } from '@pysan/model';
import { outdatedProof, type Reason } from '@pysan/planning';
import { listReferrers } from '@pysan/registry';
import type { Report } from '@pysan/verification';

import { attachReport, findProof, type NamedImage, pullImage, type Target } from '@pysan/releases';
import { readChecks, verifyBuilt } from '@pysan/proving';
import { referenceTo, toBytes } from './evidence.ts';

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
 * Verifies an image as it comes back from the registry, unless it is proven. The report is attached whatever it
 * says. ProductError when it is no pass.
 */
export async function ensureProven(task: ProofTask): Promise<void> {
  const { root, target, build, image, report } = task;
  if ((await whyUnproven(task)) === undefined) {
    return;
  }
  const reference = referenceTo(target, image);
  await pullImage(reference, undefined, task.env);
  const result = await verifyBuilt({ root, imageName: build.image.name, reference, report });
  await attachReport(target.repository, image.manifest, toBytes(result));
  if (result.verdict !== 'pass') {
    throw new ProductError(
      `${reference} did not pass: no public tag was touched. Its report is attached to it, and in ${recordOf(result)}.`,
    );
  }
}

function recordOf({ image, pythonTag = '' }: Report): string {
  return path.join('dist/images', image, pythonTag, 'report.json');
}

/** Why an image does not count as proven by the checks of this checkout; undefined when it does. */
export async function whyUnproven({
  root,
  images,
  target: { repository },
  build,
  image,
}: Omit<ProofTask, 'env' | 'report' | 'image'> & { readonly image: NamedImage | undefined }): Promise<
  Reason | undefined
> {
  const chain = chainOf(images, build.image.name).map(({ name }) => name);
  const [{ hash }, referrers] = await Promise.all([
    readChecks(root, chain),
    image === undefined ? [] : listReferrers(repository, image.digest),
  ]);
  const proof = await findProof(repository, referrers);
  return outdatedProof({ buildId: build.id, ...(proof === undefined ? {} : { proof }) }, hash);
}
