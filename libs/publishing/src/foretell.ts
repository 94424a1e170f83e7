/** Describes what a publication would do. It asks the registry and the engine, and changes nothing. */
import type { ContainerEngine, Step } from '@pysan/engine';
import { referenceOf } from '@pysan/model';
import { coveredBy, readMoves, readRecords, type ReadSignature, tagsOf } from '@pysan/releases';
import { buildOf, type Resolved } from '@pysan/resolution';
import { buildTagOf } from '@pysan/tagging';

import { describeMoves, describeSteps } from './describe.ts';
import { readOwn } from './own.ts';
import { whyUnproven } from './prove.ts';
import type { PublishWorld } from './publish-world.ts';
import { requireAllowed } from './refusal.ts';

export interface ForetellWorld extends Pick<PublishWorld, 'root' | 'host' | 'target' | 'now' | 'report'> {
  readonly engine: Pick<ContainerEngine, 'findImages'>;
  readonly readSignature: ReadSignature;
  /** The step to get an engine here. */
  readonly readNextStep: () => Promise<Step>;
}

/** Describes it for each build of a resolution, parents first. Throws a UsageError for a build that must not be published. */
export async function foretellChain(world: ForetellWorld, resolved: Resolved): Promise<void> {
  for (const { image } of resolved.builds) {
    await foretellImage(world, resolved, image.name);
  }
}

/** As foretellChain, for one image. */
export async function foretellImage(world: ForetellWorld, resolved: Resolved, name: string): Promise<void> {
  const { root, host, target: targetOf, now, report, readSignature } = world;
  const build = buildOf(resolved, name);
  requireAllowed(build, resolved.base.identity, host);
  const target = targetOf(name);
  const own = await readOwn(target, build, readSignature);
  const { image, covers } = own !== undefined && 'image' in own ? own : { image: undefined, covers: new Set<string>() };
  const records = image === undefined ? undefined : await readRecords(target.repository, image.digest);
  const engine = await world.readNextStep();
  const isBuilt = engine.do === 'use' && (await world.engine.findImages([referenceOf(build)])).size > 0;
  report(
    describeSteps({
      ...{ name: target.name, tag: buildTagOf(build), digest: image?.digest, isBuilt, engine },
      foreign: own !== undefined && 'foreign' in own ? own.because : undefined,
      unproven: await whyUnproven(
        { root, resolved, build, repository: target.repository },
        coveredBy({ covers }, records?.referrers ?? []),
      ),
    }),
  );
  const tags = tagsOf(build, image?.created === undefined ? now() : new Date(image.created));
  const candidate = {
    repository: target.repository,
    build,
    digest: image?.digest,
    hold: records?.hold,
    tags,
    readSignature,
  };
  report(describeMoves(await readMoves(candidate), image?.digest));
}
