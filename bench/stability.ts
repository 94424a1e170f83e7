/**
 * How often each must-find check of an image fails by chance: its cases, 20 times idle and 20 times with every core busy.
 * A case may use its tries, as when an image is verified.
 *
 *     npm run bench -- bench/stability.ts <image> [<python tag>] [<runs>]
 */
import { availableParallelism } from 'node:os';

import { runLimited } from '@pysan/engine';
import { chainOf, parsePythonTag } from '@pysan/model';
import { type Checks, readChecks, readSubject, verifyImage } from '@pysan/proving';
import { readImages } from '@pysan/workspace';
import { execa } from 'execa';

import { keep, root } from './measure.ts';

const [image = '', tag = 'latest', runs = '20'] = process.argv.slice(2);
const reference = `${image}:${tag}`;
const subject = await readSubject(image, reference);
const python = subject.pythonTag === undefined ? undefined : parsePythonTag(subject.pythonTag);
const chain = chainOf(await readImages(root), image).map(({ name }) => name);
const checks = mustFind(await readChecks(root, chain, python));

/** Those cases that expect findings. */
function mustFind({ folders, hash }: Checks): Checks {
  const kept = folders.map((it) => ({ ...it, cases: it.cases.filter(({ expect }) => expect.findings !== undefined) }));
  return { hash, folders: kept.filter(({ cases }) => cases.length > 0) };
}

interface Failures {
  /** Of `runs`. */
  failed: number;
  /** Runs beyond the first that it took. */
  retried: number;
  /** Of the last failure. */
  reasons: readonly string[];
}

async function measure(count: number): Promise<Record<string, Failures>> {
  const table: Record<string, Failures> = {};
  for (let run = 0; run < count; run++) {
    const { results } = await verifyImage({
      ...{ subject, reference, sanitized: true, checks, run: runLimited },
      known: new Map(),
      onResult: () => undefined,
    });
    for (const { check, title, verdict, tries, reasons } of results) {
      const row = (table[`${check}: ${title}`] ??= { failed: 0, retried: 0, reasons: [] });
      row.retried += tries - 1;
      row.failed += verdict === 'pass' ? 0 : 1;
      row.reasons = verdict === 'pass' ? row.reasons : reasons;
    }
    console.error(
      `run ${String(run + 1)} of ${String(count)}: ${results.filter(({ verdict }) => verdict !== 'pass').length} failed`,
    );
  }
  return table;
}

/** The same while a loop in the shell keeps each core busy. */
async function measureBusy(count: number): Promise<Record<string, Failures>> {
  const loops = Array.from({ length: availableParallelism() }, () =>
    execa('sh', ['-c', 'while :; do :; done'], { reject: false }),
  );
  try {
    return await measure(count);
  } finally {
    loops.forEach((loop) => loop.kill());
    await Promise.all(loops);
  }
}

const idle = await measure(Number(runs));
const busy = await measureBusy(Number(runs));
await keep(`stability-${image}`, `npm run bench -- bench/stability.ts ${image} ${tag} ${runs}`, {
  ...{ image, python: subject.pythonTag, buildId: subject.buildId, runs: Number(runs) },
  ...{ idle, busy },
});
