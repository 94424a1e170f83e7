/** Puts together what a registry knows of an image, and what this repository would build in its place. */
import { isExpected, UsageError } from '@pysan/model';
import { judgePublished, judgeSignature, type Part, readStory, type Story } from '@pysan/releases';
import { readInputs } from '@pysan/planning';
import { describe } from '@pysan/registry';
import { pythonLabel } from '@pysan/tagging';
import { readImages } from '@pysan/workspace';

import { root } from './root.ts';
import type { Told } from './output/format-story.ts';
import { openReference } from './open-reference.ts';

/** UsageError when there is no such image. */
export async function readTold(text: string, now: Date): Promise<Told> {
  const { repository, image, tag, reference } = openReference(text);
  const story = await readStory(repository, reference);
  if (story === undefined) {
    throw new UsageError(`There is no ${describe(repository, reference)}.`);
  }
  const made = readMade(story);
  const known = (await readImages(root)).get(image);
  const found = 'unreadable' in made ? made : { ...made, ...pick(story) };
  const judgement = known === undefined ? undefined : await judgePublished(root, partOf(image, tag, story), found);
  const name = `${repository.registry.host}/${repository.name}@${story.digest}`;
  const trusted =
    story.signatures.length === 0
      ? undefined
      : await judgeSignature(root, { host: repository.registry.host, namespace: repository.name }, name);
  return { reference: text, story, made, parent: known?.parent, trusted, judgement, now };
}

function pick({ digest, proof, hold }: Story) {
  return { digest, ...(proof === undefined ? {} : { proof }), ...(hold === undefined ? {} : { hold }) };
}

function readMade({ labels }: Story): Told['made'] {
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
function partOf(image: string, tag: string | undefined, { labels }: Story): Part {
  const python = labels[pythonLabel];
  const asked = /^\d+\.\d+[\da-z.]*(?:-dev)?(?=-|$)/.exec(tag ?? '')?.[0];
  return { image, tag: python === undefined ? undefined : (asked ?? python) };
}
