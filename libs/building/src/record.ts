/** The record of a build: `dist/images/<image>/<python tag>/build.json`. */
import path from 'node:path';

import type { ImageFacts } from '@pysan/engine';
import { type Build, pythonTagOf, referenceOf } from '@pysan/model';
import { makeRecordFolder } from '@pysan/workspace';
import writeFileAtomic from 'write-file-atomic';

import type { Step } from './progress.ts';

export interface Times {
  readonly steps: readonly Step[];
  /** The elapsed time of the whole build. Steps run in parallel. */
  readonly seconds: number;
}

/** Writes build.json: the id and its inputs, the image, versions, seconds for each step, bytes. */
export async function writeRecord(root: string, build: Build, image: ImageFacts, times: Times): Promise<void> {
  const record = {
    image: build.image.name,
    python: pythonTagOf(build) ?? null,
    buildId: build.id,
    reference: referenceOf(build),
    digest: image.id,
    bytes: image.bytes,
    contents: build.contents,
    inputs: build.inputs,
    ...times,
  };
  await writeFileAtomic(
    path.join(await makeRecordFolder(root, build.image.name, pythonTagOf(build)), 'build.json'),
    `${JSON.stringify(record, null, 2)}\n`,
  );
}
