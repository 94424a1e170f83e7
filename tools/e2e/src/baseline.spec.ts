/** What upstream's own tests find in a published image: recorded by its `san`, attached, signed, listed and compared. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { attach, listReferrers } from '@pysan/registry';
import { requireImage } from '@pysan/testing/images';
import { baselineType } from '@pysan/verification';

import { commitAll, initialise } from './act.ts';
import { buildTagOf, coversOf, digestOf, isWrite, open, publish, servePublishing, succeed } from './publishing.ts';
import { pysan } from './pysan.ts';
import { edit, removeCopy } from './repository-copy.ts';
import { copySmallChain, python } from './small-chain.ts';

const image = 'small-cpython-tsan';
const name = `acme/${image}`;
const served = servePublishing();
let copy: string;

beforeAll(async () => {
  copy = await copySmallChain();
  await addSan();
  await initialise(copy);
  await commitAll(copy, 'the small chain with san');
  await succeed(publish(served, copy, image, 'acme'));
});
afterAll(() => removeCopy(copy));

/** The `san` of this checkout in the small image, and own tests that run the program with the race. */
async function addSan(): Promise<void> {
  await edit(copy, `images/small-cpython/Dockerfile`, (text) => text.replace('python3-minimal', 'python3'));
  await edit(copy, `images/${image}/Dockerfile`, (text) =>
    text
      .replace('COPY --from=build /out /\n', 'COPY --from=build /out /\nCOPY tools/san/san /opt/san/san\n')
      .replace(
        '    ldconfig; \\\n',
        `    ldconfig; \\\n    printf '#!/bin/sh\\nPYTHONPATH=/opt/san exec python3 -m san "$@"\\n' >/usr/local/bin/san; \\\n    chmod +x /usr/local/bin/san; \\\n`,
      ),
  );
  await ownTests('race || [ $? = 66 ]');
}

/** Has a run of upstream's own tests be these commands. */
async function ownTests(...commands: string[]): Promise<void> {
  const lines = [
    '#!/usr/bin/env bash',
    'mkdir --parents .san/run',
    'export TSAN_OPTIONS=log_path=$PWD/log',
    ...commands,
    'touch log.0',
    'san report --advisory log.* --as json >.san/run/findings.json',
  ];
  await writeFile(path.join(copy, 'images', image, 'own-tests'), `${lines.join('\n')}\n`, { mode: 0o755 });
}

function reference(tag: string): string {
  return `${served.proxy.host}/${name}:${tag}`;
}

function baseline(...words: string[]): Promise<string> {
  return succeed(pysan(['baseline', reference(python), '--runs', '3', ...words], copy));
}

const why = (tag: string, ...words: string[]): Promise<string> =>
  succeed(pysan(['why', reference(tag), ...words], copy));

const race = /san1:\w{12} {2}3 of 3 runs {2}data race: store \S*race\.c \/ store \S*race\.c/;

it('is foretold, and nothing is written', async () => {
  served.proxy.asked.length = 0;
  expect(await baseline()).toMatch(/upstream's own tests run 3 times\n[^]*Nothing was changed: --apply does it/);
  expect(served.proxy.asked.filter(isWrite)).toEqual([]);
  expect(await why(python)).toMatch(/\n {2}baseline +none is attached that its signature covers\n/);
});

it('is attached, and the signature of the image covers it', async () => {
  expect(await baseline('--apply')).toMatch(/run 3 of 3: [^]*1 findings in 3 runs: [^]*its signature covers: baseline/);
  const digest = (await digestOf(served, name, python)) ?? '';
  const attached = (await listReferrers(open(served, name), digest)).find((it) => it.artifactType === baselineType);
  expect((await coversOf(served, name, digest))?.has(attached?.digest ?? '')).toBe(true);
});

it('is not recorded again, and leaves the proof and the tags as they are', async () => {
  served.proxy.asked.length = 0;
  expect(await baseline('--apply')).toMatch(/its baseline is there: 1 findings in 3 runs/);
  await succeed(publish(served, copy, image, 'acme'));
  expect(served.proxy.asked.filter(isWrite)).toEqual([]);
});

it('is listed by why, for people and as san reads it', async () => {
  const told = await why(python);
  expect(told).toMatch(/\n {2}baseline +1 findings in 3 runs of upstream's own tests, 2\S+Z\n/);
  expect(told).toMatch(race);
  const lines = (await why(python, '--baseline')).split('\n').filter((line) => line.startsWith('{'));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ kind: 'data race', hits: 3, runs: 3, state: 'open' }),
  ]);
});

it('counts for nothing where no signature covers it', async () => {
  const repository = open(served, name);
  const forged = Buffer.from('{"schemaVersion": 1, "runs": 1000}');
  await attach(repository, await requireImage(repository, python), baselineType, forged, new Date(Date.now() + 60_000));
  expect(await why(python)).toMatch(race);
});

it('is compared with that of the next build, which finds nothing', async () => {
  const first = await buildTagOf(image);
  await edit(copy, `images/${image}/Dockerfile`, (text) => text.replace(/\nARG build_id=\n/, '\n# Once more.$&'));
  await ownTests('race locked');
  await commitAll(copy, 'the next build, without the race');
  await succeed(publish(served, copy, image, 'acme'));
  await baseline('--apply');
  const diff = await succeed(pysan(['diff', reference(first), reference(python)], copy));
  expect(diff).toMatch(/^gone {2}san1:\w{12} {2}data race: .*\(0 of 3 runs, before 3 of 3 runs; /m);
  expect(diff).toMatch(/^1 findings in 3 runs before, 0 findings in 3 runs after$/m);
  expect(await why(python)).toMatch(/baseline +0 findings in 3 runs/);
});

it('says of an image without own tests that it has none', async () => {
  const { exitCode, output } = await pysan(['baseline', `${served.proxy.host}/acme/small-cpython:${python}`], copy);
  expect([exitCode, output]).toEqual([2, expect.stringContaining("it has no tests of upstream's to run")]);
});
