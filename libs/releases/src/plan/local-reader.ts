/** Looks for builds among the images of the local engine, and for their last verification in `dist/`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { ImageFacts } from '@pysan/engine';
import { type Present, type PresentReader, type Proof, readInputs } from '@pysan/planning';
import { buildIdLabel, pythonTagIn } from '@pysan/tagging';

import { recordFolder } from '@pysan/workspace';
import { readProof } from '../proof.ts';

/** Reads from images that were listed before, without a call for each. */
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
  const proof = await findProof(path.join(recordFolder(root, image, pythonTagIn(labels)), 'report.json'));
  return { digest: id, ...readInputs(labels), ...(proof === undefined ? {} : { proof }) };
}

/** Undefined without a verification. Throws an UpstreamError if its report cannot be read. */
async function findProof(file: string): Promise<Proof | undefined> {
  const text = await readFile(file, 'utf8').catch(absentAsUndefined);
  return text === undefined ? undefined : readProof(file, text);
}

function absentAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}
