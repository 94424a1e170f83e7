/** Puts together what a registry knows of an image, and what this repository would build in its place. */
import { isExpected, UsageError } from '@pysan/model';
import { judgePublished, judgeSignature, type Part, readImageRecord, type ImageRecord } from '@pysan/releases';
import { readInputs } from '@pysan/planning';
import { describe } from '@pysan/registry';
import { pythonLabel } from '@pysan/tagging';
import { readImages } from '@pysan/workspace';

import { root } from './root.ts';
import type { Explanation } from './output/format-explanation.ts';
import { openReference } from './open-reference.ts';

/** UsageError when there is no such image. */
export async function explainImage(text: string, now: Date): Promise<Explanation> {
  const { repository, image, tag, reference } = openReference(text);
  const record = await readImageRecord(repository, reference);
  if (record === undefined) {
    throw new UsageError(`There is no ${describe(repository, reference)}.`);
  }
  const made = readMade(record);
  const known = (await readImages(root)).get(image);
  const found = 'unreadable' in made ? made : { ...made, ...pick(record) };
  const judgement = known === undefined ? undefined : await judgePublished(root, partOf(image, tag, record), found);
  const name = `${repository.registry.host}/${repository.name}@${record.digest}`;
  const trusted =
    record.signatures.length === 0
      ? undefined
      : await judgeSignature(root, { host: repository.registry.host, path: repository.name }, name);
  return { reference: text, record, made, parent: known?.parent, trusted, judgement, now };
}

function pick({ digest, proof, hold }: ImageRecord) {
  return { digest, ...(proof === undefined ? {} : { proof }), ...(hold === undefined ? {} : { hold }) };
}

function readMade({ labels }: ImageRecord): Explanation['made'] {
  try {
    return readInputs(labels);
  } catch (error) {
    if (isExpected(error)) {
      return { unreadable: error.message };
    }
    throw error;
  }
}

/** What is asked for by a tag: of `3.14.3t-numpy2.5.5` and `3.14.3t-b0123456789ab` that is `3.14.3t`. */
function partOf(image: string, tag: string | undefined, { labels }: ImageRecord): Part {
  const python = labels[pythonLabel];
  const asked = /^\d+\.\d+[\da-z.]*(?:-dev)?(?=-|$)/.exec(tag ?? '')?.[0];
  return { image, tag: python === undefined ? undefined : (asked ?? python) };
}
