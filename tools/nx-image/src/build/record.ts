/** The record of a build: `dist/images/<image>/<python tag>/build.json`, and the folder that it shares with logs and reports. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { ImageFacts } from '@pysan/engine';
import { type Build, pythonTagOf, referenceOf } from '@pysan/model';
import writeFileAtomic from 'write-file-atomic';

import type { Step } from './progress.ts';

/** The folder of an image's records. `pythonTag` as of pythonTagOf. */
export function recordFolder(root: string, image: string, pythonTag: string | undefined): string {
  return path.join(root, 'dist/images', image, pythonTag ?? '');
}

/** Makes the folder of an image's records, so that a log can be written there. */
export async function makeRecordFolder(root: string, image: string, pythonTag: string | undefined): Promise<string> {
  const folder = recordFolder(root, image, pythonTag);
  await mkdir(folder, { recursive: true });
  return folder;
}

export interface Times {
  readonly steps: readonly Step[];
  /** Of the whole build, by the clock: steps run side by side. */
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
