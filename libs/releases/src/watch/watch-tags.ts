/** Looks at public tags as an outsider does: without credentials it pulls what each names, and sees whether that still works. */
import { docker, dockerEngine, runContainer, stopOnSignals } from '@pysan/engine';
import { chainOf, type Image, isExpected, parsePythonTag } from '@pysan/model';
import { connect, openRepository, type Namespace, repositoryAt } from '@pysan/registry';

import { asNobody } from '../login.ts';
import { readChecks, readSubject, verifyImage } from '@pysan/proving';
import { lookAsNobody } from './look-as-nobody.ts';
import { lastMustFind, type Seen, type TagStatus } from './tag-status.ts';

export interface Watch {
  readonly root: string;
  readonly images: ReadonlyMap<string, Image>;
  readonly namespace: Namespace;
  /** Gets each as it comes. */
  readonly onStatus: (status: TagStatus) => void;
}

/** Watches the tag of each track of each image that has a sanitizer, one after the other: an image is large. */
export async function watchTags(watch: Watch): Promise<readonly TagStatus[]> {
  const sanitized = [...watch.images.values()].filter(({ sanitizer }) => sanitizer !== undefined);
  const wanted = sanitized.flatMap((image) => image.tracks.map((tag) => ({ image, tag })));
  const statuses: TagStatus[] = [];
  await asNobody(async (env) => {
    for (const { image, tag } of wanted) {
      const status = { image: image.name, tag, ...(await watchTag(watch, image.name, tag, env)) };
      watch.onStatus(status);
      statuses.push(status);
    }
  });
  return statuses;
}

async function watchTag(watch: Watch, image: string, tag: string, env: Record<string, string>): Promise<Seen> {
  const path = repositoryAt(watch.namespace, image);
  // An empty configuration of docker's: nobody is logged in.
  const nobody = openRepository(connect(watch.namespace, env), path);
  const own = openRepository(connect(watch.namespace, process.env), path);
  const seen = await lookAsNobody(nobody, own, tag);
  if ('state' in seen) {
    return seen;
  }
  try {
    return await tryImage(watch, image, `${watch.namespace.host}/${path}@${seen.digest}`, env);
  } catch (error) {
    if (!isExpected(error)) {
      throw error;
    }
    return { state: 'bad', what: `anonymous users cannot pull it: ${error.message}` };
  }
}

async function tryImage(watch: Watch, image: string, reference: string, env: Record<string, string>): Promise<Seen> {
  await dockerEngine.pullImage(reference, env);
  try {
    const reasons = await findNothing(watch, image, reference);
    return reasons === undefined
      ? { state: 'good', what: 'it is public, and finds its bug' }
      : { state: 'bad', what: `it no longer finds its bug: ${reasons}` };
  } finally {
    await docker(['image', 'rm', reference]);
  }
}

/** Why an image does not find what it must; undefined where it does. */
async function findNothing({ root, images }: Watch, image: string, reference: string): Promise<string | undefined> {
  const subject = await readSubject(image, reference);
  const names = chainOf(images, image).map(({ name }) => name);
  const python = subject.pythonTag === undefined ? undefined : parsePythonTag(subject.pythonTag);
  const checks = lastMustFind(await readChecks(root, names, python));
  const run = { subject, reference, sanitized: true, checks, run: runContainer, onResult: () => undefined };
  const { verdict, results } = await stopOnSignals((signal) => verifyImage({ ...run, signal }));
  return verdict === 'pass'
    ? undefined
    : results.flatMap(({ title, reasons }) => [title, ...reasons]).join('; ') || 'it has no check that must find one';
}
