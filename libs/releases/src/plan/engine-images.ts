/** What the local engine holds, asked in a few calls however many images there are. */
import { baseReference, findImages, identityOf, type ImageFacts, inspectImage, readNextStep } from '@pysan/engine';
import { EngineError } from '@pysan/model';
import { buildIdLabel } from '@pysan/tagging';
import type { Locks } from '@pysan/versions';

export interface EngineImages {
  /** The images that pysan made. */
  readonly images: readonly ImageFacts[];
  /** Of the base that builds would start from; undefined where that would first have to be got. */
  readonly baseIdentity: string | undefined;
  /** What is missing, for the reader of what is made of this. */
  readonly notes: readonly string[];
}

/** Reads the engine without starting it. EngineError where there is one that cannot be asked: what it has is unknown. */
export async function readEngineImages(lock: Locks['debian']): Promise<EngineImages> {
  if (!(await isEngineThere())) {
    return { images: [], baseIdentity: undefined, notes: ['No container engine is installed: everything is missing.'] };
  }
  const reference = baseReference(lock);
  const [images, base] = await Promise.all([findImages(buildIdLabel), inspectImage(reference)]);
  const baseIdentity = base === undefined ? (lock.digest ?? undefined) : identityOf(base);
  const notes = [`The engine has no base image (${reference}) that a build could be named by: everything is missing.`];
  return { images, baseIdentity, notes: baseIdentity === undefined ? notes : [] };
}

async function isEngineThere(): Promise<boolean> {
  const step = await readNextStep();
  if (step.do === 'give up') {
    throw new EngineError(step.message);
  }
  if (step.do === 'start') {
    throw new EngineError(
      'The container engine does not run, so what is built is not known. Start it: ./pysan engine start',
    );
  }
  return step.do === 'use';
}
