/** Measures the recall of an image in the engine. */
import path from 'node:path';

import { runLimited, stopOnSignals } from '@pysan/engine';
import { chainOf } from '@pysan/model';
import { formatProgram, formatRecall } from '@pysan/verification';
import { makeRecordFolder, readImages } from '@pysan/workspace';
import writeFileAtomic from 'write-file-atomic';

import { readSubject } from '../verify/subject.ts';
import { type VerifyTask } from '../verify/verify-built.ts';
import { measureRecall } from './measure-recall.ts';
import { readPrograms } from './read-programs.ts';
import { requireMeasurable } from './require-measurable.ts';

// With fewer runs, a race that is found nine times in ten could count as found.
const runs = 10;

/**
 * Runs the seeded programs of an image's chain and writes recall.json into the folder of build.json. Returns true if every
 * race is found without a false alarm. Throws a UsageError if the image does not exist or has no recall.
 */
export async function measureBuilt({ root, imageName, reference, report }: VerifyTask): Promise<boolean> {
  const subject = await readSubject(imageName, reference);
  const chain = chainOf(await readImages(root), imageName);
  requireMeasurable(chain.at(-1), subject.pythonTag);
  const names = chain.map(({ name }) => name);
  const seeded = await readPrograms(root, names);
  report(`measuring ${reference}: ${String(seeded.programs.length)} programs and twins, ${String(runs)} runs each`);
  const result = await stopOnSignals((signal) =>
    measureRecall({
      ...{ root, subject, reference, seeded, runs, signal },
      run: runLimited,
      onProgram: (it) => report(formatProgram(it)),
    }),
  );
  const file = path.join(await makeRecordFolder(root, imageName, subject.pythonTag), 'recall.json');
  await writeFileAtomic(file, `${JSON.stringify(result, null, 2)}\n`);
  report(`${formatRecall(result)}\n${path.relative(root, file)}`);
  return result.verdict === 'pass';
}
