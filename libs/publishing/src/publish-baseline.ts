/**
 * Attaches to a published image what upstream's own threaded tests find in it. That takes long, and says nothing about the
 * image, so it is a step of its own after the publication, which does not wait for it.
 */
import { UpstreamError, UsageError } from '@pysan/model';
import type { Referrer } from '@pysan/registry';
import {
  attachNewest,
  coveredBy,
  findBaseline,
  type NamedImage,
  readNamed,
  readRecords,
  type Target,
} from '@pysan/releases';
import { type Baseline, baselineType } from '@pysan/verification';

import { referenceTo, toBytes } from './evidence.ts';
import type { PublishWorld } from './publish-world.ts';
import { type ImageSigner, signCovering } from './sign.ts';

export interface BaselineWorld extends Pick<PublishWorld, 'target' | 'engine' | 'env' | 'signer' | 'now' | 'report'> {
  /** Runs upstream's own tests of an image so often in what a reference names. */
  readonly record: (image: string, reference: string, runs: number) => Promise<Baseline>;
}

export interface BaselineRequest {
  /** `numpy-tsan` */
  readonly image: string;
  /** A tag or a digest. */
  readonly reference: string;
  /** How often the tests run. */
  readonly runs: number;
}

/**
 * Records and attaches it, and has the image's signature cover it, unless one of as many runs is there. UsageError when there
 * is no such image, UpstreamError when it is not signed: it is not ours then.
 */
export async function publishBaseline(world: BaselineWorld, request: BaselineRequest): Promise<void> {
  const { engine, env, record, now, report } = world;
  const { target, image, covered, known } = await read(world, request);
  if (known !== undefined) {
    report(known);
    return;
  }
  const reference = referenceTo(target, image);
  await engine.pullImage(reference, env);
  const document = toBytes(await record(request.image, reference, request.runs));
  const place = { referrers: covered, now: now() };
  const baseline = await attachNewest(target.repository, image.manifest, { type: baselineType, document }, place);
  await signCovering(world, reference, { baseline });
}

/** Says what it would do. Asks the registry, and changes nothing. */
export async function foretellBaseline(
  world: Pick<BaselineWorld, 'target' | 'report'> & { readonly signer: Pick<ImageSigner, 'verify'> },
  request: BaselineRequest,
): Promise<void> {
  const { target, image, known } = await read(world, request);
  const runs = `upstream's own tests run ${String(request.runs)} times`;
  world.report(known ?? `${referenceTo(target, image)}\n  ${runs}\n  what they find is attached and signed`);
}

interface Found {
  readonly target: Target;
  readonly image: NamedImage;
  /** What is attached, and its signature covers. */
  readonly covered: readonly Referrer[];
  /** That nothing is to be done, as a sentence. */
  readonly known?: string;
}

async function read(
  { target: targetOf, signer }: Pick<BaselineWorld, 'target'> & { readonly signer: Pick<ImageSigner, 'verify'> },
  { image: name, reference, runs }: BaselineRequest,
): Promise<Found> {
  const target = targetOf(name);
  const image = await readNamed(target.repository, reference);
  if (image === undefined) {
    throw new UsageError(`${target.name} has no ${reference}. Publish it first.`);
  }
  const signature = await signer.verify(referenceTo(target, image));
  if ('refusal' in signature) {
    throw new UpstreamError(`${referenceTo(target, image)} gets no baseline: ${signature.refusal}.`);
  }
  const { referrers } = await readRecords(target.repository, image.digest);
  const covered = coveredBy(signature, referrers);
  const there = await findBaseline(target.repository, covered);
  return { target, image, covered, ...(there === undefined || there.runs < runs ? {} : { known: tell(there) }) };

  function tell({ runs: of, findings }: Baseline): string {
    return `${name}: its baseline is there: ${String(findings.length)} findings in ${String(of)} runs`;
  }
}
