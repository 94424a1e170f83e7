/** Checks public tags as an outsider: pulls the image of each without credentials, and checks that it still works. */
import { docker, dockerEngine, runLimited, stopOnSignals } from '@pysan/engine';
import { chainOf, type Image, isExpected, parsePythonTag } from '@pysan/model';
import { connect, openRepository, type Namespace, type Registry, repositoryAt, requireRegistry } from '@pysan/registry';

import { asNobody } from '../login.ts';
import { readChecks, readSubject, verifyImage } from '@pysan/proving';
import { settle } from '../settle.ts';
import type { ReadSignature } from '../signature.ts';
import { withSignatures } from '../signatures.ts';
import { findLag } from './find-lag.ts';
import { lookAsNobody } from './look-as-nobody.ts';
import { lastMustFind, type Seen, type TagStatus } from './tag-status.ts';

export interface Watch {
  readonly root: string;
  readonly images: ReadonlyMap<string, Image>;
  readonly namespace: Namespace;
  /** Called with each result. */
  readonly onStatus: (status: TagStatus) => void;
}

/** The connections to the registry, anonymous and with credentials. */
interface Views {
  readonly anonymous: Registry;
  readonly own: Registry;
  /** The environment that makes docker anonymous. */
  readonly env: Record<string, string>;
  readonly readSignature: ReadSignature;
}

/**
 * Checks the tag of each track of each image with a sanitizer, one after the other, because images are large. Throws an
 * UpstreamError if the registry does not answer at all.
 */
export async function watchTags(watch: Watch): Promise<readonly TagStatus[]> {
  const sanitized = [...watch.images.values()].filter(({ sanitizer }) => sanitizer !== undefined);
  const wanted = sanitized.flatMap((image) => image.tracks.map((tag) => ({ image, tag })));
  const statuses: TagStatus[] = [];
  const work = async (env: Record<string, string>, readSignature: ReadSignature): Promise<void> => {
    const [anonymous, own] = [connect(watch.namespace, env), connect(watch.namespace, process.env)];
    await requireRegistry(anonymous);
    for (const { image, tag } of wanted) {
      const seen = await watchTag(watch, image.name, tag, { anonymous, own, env, readSignature });
      const status = { image: image.name, tag, ...seen };
      watch.onStatus(status);
      statuses.push(status);
    }
  };
  await asNobody((env) => withSignatures(watch.root, watch.namespace, (read) => work(env, read)));
  return statuses;
}

async function watchTag(
  watch: Watch,
  image: string,
  tag: string,
  { anonymous, own, env, readSignature }: Views,
): Promise<Seen> {
  const path = repositoryAt(watch.namespace, image);
  const repository = openRepository(own, path);
  const seen = await lookAsNobody(openRepository(anonymous, path), repository, tag);
  if ('state' in seen && seen.state !== 'absent') {
    return seen;
  }
  const named = 'state' in seen ? undefined : seen;
  const lag = await settle(findLag(repository, tag, named, readSignature));
  if (lag !== undefined) {
    return typeof lag === 'string'
      ? { state: 'bad', what: lag }
      : { state: 'unknown', what: `whether it lags is not known: ${lag.unreadable}` };
  }
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

/** Why an image does not find its bug; undefined if it does. */
async function findNothing({ root, images }: Watch, image: string, reference: string): Promise<string | undefined> {
  const subject = await readSubject(image, reference);
  const names = chainOf(images, image).map(({ name }) => name);
  const python = subject.pythonTag === undefined ? undefined : parsePythonTag(subject.pythonTag);
  const checks = lastMustFind(await readChecks(root, names, python));
  const known = new Map();
  const run = { subject, reference, sanitized: true, checks, known, run: runLimited, onResult: () => undefined };
  const { verdict, results } = await stopOnSignals((signal) => verifyImage({ ...run, signal }));
  return verdict === 'pass'
    ? undefined
    : results.flatMap(({ title, reasons }) => [title, ...reasons]).join('; ') || 'it has no check that must find one';
}
