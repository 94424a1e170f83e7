import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { chainOf } from '@pysan/model';
import { formatReason } from '@pysan/planning';
import { attach, listReferrers } from '@pysan/registry';
import { buildIdLabel } from '@pysan/tagging';
import { reportType } from '@pysan/verification';
import { readImages } from '@pysan/workspace';

import { readNamed } from '@pysan/releases';
import { inputsOf, pushImage } from '@pysan/testing/images';
import { type MemoryRegistry, openMemory, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { readChecks } from '@pysan/proving';
import { whyUnproven } from './prove.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const today = (await readChecks(root, ['toolchain'])).hash;

let registry: MemoryRegistry;
beforeEach(async () => {
  registry = await startMemoryRegistry();
});
afterEach(() => registry.stop());

interface Said {
  readonly verdict?: string;
  readonly checksHash?: string;
  readonly buildId?: string;
}

it.each<{ what: string; reports: readonly Said[]; reason: RegExp | undefined }>([
  { what: 'no report', reports: [], reason: /never verified/ },
  { what: 'a pass', reports: [{}], reason: undefined },
  { what: 'a pass after a failure', reports: [{ verdict: 'fail' }, {}], reason: undefined },
  { what: 'a failure after a pass', reports: [{}, { verdict: 'fail' }], reason: /ended with fail/ },
  { what: 'a pass by other checks', reports: [{ checksHash: 'c' }], reason: /checks c → / },
  { what: 'a pass of another build', reports: [{ buildId: 'b' }], reason: /never verified/ },
])('$what tells what an image lacks: $reason', async ({ reports, reason }) => {
  const repository = openMemory(registry, 'acme/toolchain');
  const image = await readNamed(repository, await pushImage(repository, { inputs: inputsOf('2.4.6') }));
  const id = image?.labels[buildIdLabel] ?? '';
  for (const [second, said] of [...reports.entries()].toReversed()) {
    const report = Buffer.from(JSON.stringify({ buildId: id, checksHash: today, verdict: 'pass', ...said }));
    await attach(repository, image?.manifest ?? fail(), reportType, report, new Date(second * 1000));
  }
  const [toolchain] = chainOf(await readImages(root), 'toolchain');
  const build = { image: toolchain ?? fail(), contents: [], inputs: inputsOf('2.4.6'), id };
  const referrers = await listReferrers(repository, image?.digest ?? '');
  const found = await whyUnproven({ root, resolved: { builds: [build] }, build, repository }, referrers);
  expect(found === undefined ? '' : formatReason(found)).toMatch(reason ?? /^$/);
});

function fail(): never {
  throw new Error('It is absent.');
}
