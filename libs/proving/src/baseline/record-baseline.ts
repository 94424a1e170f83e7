/** Records what upstream's own threaded tests do in an image, each finding with how often it came. */
import { access } from 'node:fs/promises';
import path from 'node:path';

import { runLimited, stopOnSignals } from '@pysan/engine';
import { ProductError, UsageError } from '@pysan/model';
import { makeRecordFolder } from '@pysan/workspace';
import writeFileAtomic from 'write-file-atomic';

import { readSubject } from '../verify/subject.ts';
import type { VerifyTask } from '../verify/verify-built.ts';

const secondsMax = 6 * 3600;

export interface BaselineTask extends VerifyTask {
  /** How often the tests run. */
  readonly runs: number;
  /** Runs a container; the engine's, unless a test has one. */
  readonly run?: typeof runLimited;
}

/**
 * Runs `images/<image>/own-tests` and writes races.jsonl beside build.json, as `san baseline` reads it; answers its path.
 * UsageError for an image that has no such tests, ProductError when they proved nothing.
 */
export async function recordBaseline(task: BaselineTask): Promise<string> {
  const { root, imageName, reference, runs, report, run = runLimited } = task;
  const tests = await requireOwnTests(root, imageName);
  const subject = await readSubject(imageName, reference);
  const races: string[] = [];
  const onLine = (line: string): void => {
    if (line.startsWith('{')) {
      races.push(`${line}\n`);
    } else {
      report(line);
    }
  };
  const container = {
    image: reference,
    command: ['/pysan/record-runs', String(runs)],
    env: { OWN_TESTS: '/pysan/own-tests' },
    network: 'none',
    sharedMemory: '1g',
    mounts: [
      { source: tests, target: '/pysan/own-tests', readonly: true },
      { source: path.join(import.meta.dirname, 'record-runs'), target: '/pysan/record-runs', readonly: true },
    ],
  };
  const { exitCode, stderr, exceeded } = await stopOnSignals((signal) =>
    run(container, { onLine, signal, timeoutSeconds: secondsMax }),
  );
  if (exitCode !== 0) {
    throw new ProductError(
      `The own tests of ${reference} ended with ${String(exitCode)}:\n${[exceeded ?? '', stderr.trim()].join('\n').trim()}`,
    );
  }
  const file = path.join(await makeRecordFolder(root, imageName, subject.pythonTag), 'races.jsonl');
  await writeFileAtomic(file, races.join(''));
  report(`${String(races.length)} findings in ${String(runs)} runs: ${path.relative(root, file)}`);
  return file;
}

/** The script that runs upstream's own tests in an image, `images/<image>/own-tests`. */
export async function requireOwnTests(root: string, image: string): Promise<string> {
  const file = path.join(root, 'images', image, 'own-tests');
  try {
    await access(file);
  } catch {
    throw new UsageError(`${image} has no images/${image}/own-tests: it has no tests of upstream's to run.`);
  }
  return file;
}
