/** Looks for builds among the images of the local engine, and for their last verification in `dist/`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { ImageFacts } from '@pysan/engine';
import { UpstreamError } from '@pysan/model';
import { type Present, type PresentReader, type Proof, readInputs } from '@pysan/planning';
import { buildIdLabel, versionLabel } from '@pysan/tagging';
import { z } from 'zod';

import { recordFolder } from '../build/record.ts';

/** Reads from images that were listed before: no call for each. */
export function localReader(root: string, images: readonly ImageFacts[]): PresentReader {
  return async ({ image, tag, id }) => {
    const own = images.filter(({ repoTags }) => repoTags.some((name) => name.startsWith(`${image}:`)));
    const found =
      own.find(({ labels }) => labels[buildIdLabel] === id) ??
      own.find(({ repoTags }) => repoTags.includes(`${image}:${tag ?? 'latest'}`));
    return found === undefined ? undefined : toPresent(root, image, found);
  };
}

async function toPresent(root: string, image: string, { id, labels }: ImageFacts): Promise<Present> {
  const proof = await readProof(path.join(recordFolder(root, image, labels[versionLabel]), 'report.json'));
  return { digest: id, ...readInputs(labels), ...(proof === undefined ? {} : { proof }) };
}

const proofSchema = z.object({ buildId: z.string(), checksHash: z.string(), verdict: z.string() });

/** Undefined when there was no verification; an UpstreamError when its report cannot be read. */
async function readProof(file: string): Promise<Proof | undefined> {
  const text = await readFile(file, 'utf8').catch(absentAsUndefined);
  if (text === undefined) {
    return undefined;
  }
  try {
    return proofSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UpstreamError(`${file} is not the report of a verification`, { cause });
  }
}

function absentAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}
