/** Verifies an image in the engine, whatever it was built from. Its labels describe it. */
import path from 'node:path';

import { runLimited, stopOnSignals } from '@pysan/engine';
import { chainOf, type Image, parsePythonTag } from '@pysan/model';
import { formatCase, formatReport, type Report } from '@pysan/verification';
import { makeRecordFolder, readImages, readKnownFindings } from '@pysan/workspace';
import writeFileAtomic from 'write-file-atomic';

import { readChecks } from './read-checks.ts';
import { readSubject } from './subject.ts';
import { verifyImage } from './verify-image.ts';

export interface VerifyTask {
  readonly root: string;
  readonly imageName: string;
  /** The image to verify, by any of its names. */
  readonly reference: string;
  /** Called with each line of progress. */
  readonly report: (line: string) => void;
}

/** Runs the checks of an image's chain, and writes the report into the folder of build.json. Throws a UsageError if the image does not exist. */
export async function verifyBuilt({ root, imageName, reference, report }: VerifyTask): Promise<Report> {
  const subject = await readSubject(imageName, reference);
  const chain = chainOf(await readImages(root), imageName);
  const checks = await readChecks(
    root,
    chain.map(({ name }) => name),
    subject.pythonTag === undefined ? undefined : parsePythonTag(subject.pythonTag),
  );
  const known = await readKnownFindings(root);
  report(`verifying ${reference}`);
  const result = await stopOnSignals((signal) =>
    verifyImage({
      subject,
      reference,
      sanitized: isSanitized(chain),
      checks,
      known,
      run: runLimited,
      signal,
      onResult: (it) => report(formatCase(it)),
    }),
  );
  const file = path.join(await makeRecordFolder(root, imageName, subject.pythonTag), 'report.json');
  await writeFileAtomic(file, `${JSON.stringify(result, null, 2)}\n`);
  report(`${formatReport(result)}\n${path.relative(root, file)}`);
  return result;
}

function isSanitized(chain: readonly Image[]): boolean {
  return chain.at(-1)?.sanitizer !== undefined;
}
