import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { attach, listReferrers, parseNamespace, type Repository } from '@pysan/registry';
import { coveredBy, findBaseline, openTargets } from '@pysan/releases';
import { inputsOf, pushImage, requireImage } from '@pysan/testing/images';
import { quickly } from '@pysan/testing/local-server';
import { type MemoryRegistry, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { recordingEngine, type RecordingEngine } from '@pysan/testing/recording-engine';
import { type Baseline, baselineType } from '@pysan/verification';

import { type BaselineWorld, foretellBaseline, publishBaseline } from './publish-baseline.ts';

let registry: MemoryRegistry;
let engine: RecordingEngine;
let world: BaselineWorld;
let repository: Repository;
/** `sha256:…` of the image. */
let digest: string;
/** What the signature covers; undefined for an image without one. */
let covers: Set<string> | undefined;
let told: string[];

beforeEach(async () => {
  registry = await startMemoryRegistry();
  [engine, covers, told] = [recordingEngine(), new Set(), []];
  const target = openTargets(parseNamespace(`${registry.host}/acme`), { DOCKER_CONFIG: '/nonexistent' }, quickly());
  repository = target('numpy-tsan').repository;
  digest = await pushImage(repository, { inputs: inputsOf('2.5.5'), tags: ['3.14t'] });
  world = {
    ...{ target, engine, env: {}, now: () => new Date('2026-05-01'), report: (line) => void told.push(line) },
    signer: {
      description: 'signed',
      verify: () => Promise.resolve(covers === undefined ? { refusal: 'it has no signature' } : { covers }),
      sign: (_, covered) => {
        engine.asked.push(`sign ${Object.keys(covered).join(' ')}`);
        Object.values(covered).forEach((it) => covers?.add(it));
        return Promise.resolve();
      },
    },
    record: (image, reference, runs) => {
      engine.asked.push(`record ${image} ${reference.replace(/^.*@/, '')} ${String(runs)}`);
      return Promise.resolve(baselineOf(runs));
    },
  };
});

afterEach(() => {
  registry.stop();
});

function baselineOf(runs: number): Baseline {
  return { schemaVersion: 1, image: 'numpy-tsan', pythonTag: '3.14t', buildId: 'b', versions: {}, runs, findings: [] };
}

const request = { image: 'numpy-tsan', reference: '3.14t', runs: 10 };

async function findCovered(): Promise<Baseline | undefined> {
  const referrers = await listReferrers(repository, digest);
  return findBaseline(repository, coveredBy({ covers: covers ?? new Set() }, referrers));
}

it('runs the tests in what the registry has, and attaches and signs what they find', async () => {
  await publishBaseline(world, request);
  expect(engine.asked).toEqual([
    `pull ${registry.host}/acme/numpy-tsan@${digest}`,
    `record numpy-tsan ${digest} 10`,
    'sign baseline',
  ]);
  expect(await findCovered()).toEqual({ ...baselineOf(10), at: '2026-05-01T00:00:00.000Z' });
});

it('does nothing where one of as many runs is there, and replaces one of fewer', async () => {
  await publishBaseline(world, request);
  [engine.asked.length, registry.asked.length] = [0, 0];
  await publishBaseline(world, request);
  expect(engine.asked).toEqual([]);
  expect(registry.asked.filter((asked) => !/^(GET|HEAD) /.test(asked))).toEqual([]);
  expect(told.at(-1)).toBe('numpy-tsan: its baseline is there: 0 findings in 10 runs');
  await publishBaseline(world, { ...request, runs: 30 });
  expect((await findCovered())?.runs).toBe(30);
});

it('goes on where it was cut between attaching and signing', async () => {
  const { signer } = world;
  const cut = { ...world, signer: { ...signer, sign: () => Promise.reject(new Error('it was cut')) } };
  await expect(publishBaseline(cut, request)).rejects.toThrow('it was cut');
  expect(await findCovered()).toBeUndefined();
  await publishBaseline(world, request);
  expect((await findCovered())?.runs).toBe(10);
});

it('attaches nothing where the tests prove nothing', async () => {
  const failing = { ...world, record: () => Promise.reject(new Error('The own tests ended with 3')) };
  await expect(publishBaseline(failing, request)).rejects.toThrow('The own tests ended with 3');
  expect(await listReferrers(repository, digest)).toEqual([]);
});

describe('what is not ours', () => {
  it('is no image without a signature: nothing of it runs', async () => {
    covers = undefined;
    await expect(publishBaseline(world, request)).rejects.toThrow(
      /@sha256:\w+ gets no baseline: it has no signature\./,
    );
    expect(engine.asked).toEqual([]);
  });

  it('is no baseline that the signature does not cover', async () => {
    const forged = Buffer.from(JSON.stringify(baselineOf(1000)));
    await attach(repository, await requireImage(repository, digest), baselineType, forged, new Date('2026-06-01'));
    await publishBaseline(world, request);
    expect((await findCovered())?.runs).toBe(10);
  });
});

it('says which image is not there', async () => {
  await expect(publishBaseline(world, { ...request, reference: '3.15t' })).rejects.toThrow(
    `${registry.host}/acme/numpy-tsan has no 3.15t. Publish it first.`,
  );
});

it('foretells, and changes nothing', async () => {
  registry.asked.length = 0;
  await foretellBaseline(world, request);
  expect(told).toEqual([expect.stringMatching(/numpy-tsan@sha256:\w+\n.*run 10 times\n.*attached and signed$/)]);
  expect(engine.asked).toEqual([]);
  expect(registry.asked.filter((asked) => !/^(GET|HEAD) /.test(asked))).toEqual([]);
});
