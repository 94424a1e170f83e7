/**
 * Runner-minutes of a simulated year of a factory, by event: seven images at six Python tags, with the times of chain.json
 * and three minutes more for each run, to verify and publish. Takes about a minute, and builds nothing.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { liveYear } from '@pysan/testing/github/factory-year';
import { type Family, smallFamily, startLocalFactory } from '@pysan/testing/github/local-factory';
import { startReleases } from '@pysan/testing/github/upstream-releases';

import { runCoordinate } from '../tools/cli/src/commands/coordinate.ts';
import { runResolve } from '../tools/cli/src/commands/resolve.ts';
import { keep, root } from './measure.ts';

interface ChainFigures {
  readonly figures: readonly { readonly image: string; readonly median: number }[];
}

const besides = 3;
const chain = JSON.parse(await readFile(path.join(root, 'bench/results/chain.json'), 'utf8')) as ChainFigures;
const seconds = new Map(chain.figures.map(({ image, median }) => [image, median]));
const family: Family = {
  ...smallFamily,
  tracks: ['3.13', '3.13t', '3.14', '3.14t', '3.15', '3.15t'],
  minutes: (image) => besides + Math.ceil((seconds.get(image) ?? 0) / 60),
};

const factory = await startLocalFactory(runCoordinate, family);
const { root: repository, sites } = factory.upstreams;
const silent = { log: () => undefined, error: () => undefined };
const options = { preRelease: false, apply: true, json: false, only: ['cpython', 'numpy', 'scipy'] };
const mergeLocks = (): Promise<void> =>
  runResolve({ root: repository, sites, ...options, generate: () => Promise.resolve() }, silent);
const releases = await startReleases(factory.upstreams, family.tracks);
const events = await liveYear({ factory, family, releases, mergeLocks });
await factory.stop();

const sum = (key: 'minutes' | 'failed' | 'needless'): number => events.reduce((all, event) => all + event[key], 0);
const [minutes, failed, needless] = [sum('minutes'), sum('failed'), sum('needless')];
const coordinators = factory.gitHub.runs.filter(({ name }) => name === 'coordinator').length;
const share = Number(((100 * needless) / minutes).toFixed(2));
await keep('year', 'npm run bench -- bench/year.ts', {
  events,
  year: { minutes, failed, needless, needlessPercent: share, coordinators },
});
