/** Says what a publication would do. Asks the registry and the engine, and changes nothing. */
import type { ContainerEngine, Step } from '@pysan/engine';
import { referenceOf } from '@pysan/model';
import { readPublished, readRecords, tagsOf } from '@pysan/releases';
import { buildOf, type Resolved } from '@pysan/resolution';
import { buildTagOf } from '@pysan/tagging';

import { describeMoves, describeSteps } from './describe.ts';
import { readMoves } from './promote.ts';
import { whyUnproven } from './prove.ts';
import type { PublishWorld } from './publish-world.ts';
import { requireAllowed } from './refusal.ts';

export interface ForetellWorld extends Pick<PublishWorld, 'root' | 'host' | 'target' | 'now' | 'report'> {
  readonly engine: Pick<ContainerEngine, 'findImages'>;
  /** What it takes to use an engine here. */
  readonly readNextStep: () => Promise<Step>;
}

/** Says it of each build of a resolution, parents first. UsageError for one that must not be published. */
export async function foretellChain(world: ForetellWorld, resolved: Resolved): Promise<void> {
  for (const { image } of resolved.builds) {
    await foretellImage(world, resolved, image.name);
  }
}

/** As foretellChain, of one image. */
export async function foretellImage(world: ForetellWorld, resolved: Resolved, name: string): Promise<void> {
  const { root, host, target: targetOf, now, report } = world;
  const build = buildOf(resolved, name);
  requireAllowed(build, resolved.base.identity, host);
  const target = targetOf(name);
  const image = await readPublished(target, build);
  const records = image === undefined ? undefined : await readRecords(target.repository, image.digest);
  const engine = await world.readNextStep();
  const isBuilt = engine.do === 'use' && (await world.engine.findImages([referenceOf(build)])).size > 0;
  report(
    describeSteps({
      ...{ name: target.name, tag: buildTagOf(build), digest: image?.digest, isBuilt, engine },
      unproven: await whyUnproven({ root, resolved, build, repository: target.repository }, records?.referrers ?? []),
    }),
  );
  const tags = tagsOf(build, image?.created === undefined ? now() : new Date(image.created));
  report(describeMoves(await readMoves({ target, build, image, tags }, records), image?.digest));
}
