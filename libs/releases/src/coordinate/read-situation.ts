/** Reads the facts for the coordinator: upstreams, the repository, a registry, and the runs on GitHub. */
import { type Accesses, listRuns } from '@pysan/github';
import type { Image } from '@pysan/model';
import { hashChecks, readCandidates } from '../plan/read-plan.ts';
import { planBuilds, type PresentReader, readPresent } from '@pysan/planning';
import { type Situation } from '@pysan/coordination';
import { readImages } from '@pysan/workspace';

import type { Sites } from '@pysan/resolution';
import { settle } from '../settle.ts';
import { readUpstreamLocks } from './upstream-locks.ts';

export interface CoordinationWorld {
  /** The root of the repository. */
  readonly root: string;
  readonly sites: Sites;
  /** Looks for published images. */
  readonly read: PresentReader;
  readonly baseIdentity: string;
  readonly gitHub: Accesses;
  /** In milliseconds since 1970. */
  readonly now: number;
}

// Longer than the five failures after which retries are 16 days apart.
const memoryMs = 60 * 24 * 60 * 60 * 1000;

/** Facts that cannot be read are part of the result. Throws a ConfigError for a malformed file of the repository. */
export async function readSituation({
  root,
  sites,
  read,
  baseIdentity,
  gitHub,
  now,
}: CoordinationWorld): Promise<Situation> {
  const [images, { locks, doubts }] = await Promise.all([readImages(root), readUpstreamLocks(root, sites)]);
  const all = await readCandidates(root, { baseIdentity, commits: new Map(), locks });
  // Development branches have their own workflow, which builds the whole chain in one run.
  const candidates = all.filter(({ tag }) => tag?.endsWith('-dev') !== true);
  const [found, checks, runs] = await Promise.all([
    readPresent(candidates, read),
    hashChecks(root, images),
    readRuns(images, gitHub, now),
  ]);
  return { images, candidates, planned: planBuilds(candidates, { found, checks }), runs, doubts, now };
}

async function readRuns(
  images: ReadonlyMap<string, Image>,
  { runs }: Accesses,
  now: number,
): Promise<Situation['runs']> {
  const workflows = [...images.values()].map(({ workflow }) => workflow);
  const since = new Date(now - memoryMs);
  const lists = await Promise.all(workflows.map((workflow) => settle(listRuns(runs, workflow, since))));
  return new Map(workflows.map((workflow, index) => [workflow, lists[index] ?? []]));
}
