/** Reads the images of the local engine, in a few calls however many there are. */
import { baseReference, findImages, identityOf, type ImageFacts, inspectImage, readNextStep } from '@pysan/engine';
import { EngineError } from '@pysan/model';
import { buildIdLabel } from '@pysan/tagging';
import type { Locks } from '@pysan/versions';

export interface EngineImages {
  /** The images that pysan made. */
  readonly images: readonly ImageFacts[];
  /** Identity of the base that builds would start from; undefined if it would first have to be pulled or bootstrapped. */
  readonly baseIdentity: string | undefined;
  /** Notes for the reader about what is missing. */
  readonly notes: readonly string[];
}

/** Reads the engine without starting it. Throws an EngineError if there is one that does not run: its images are unknown. */
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
      'The container engine does not run, so its images are not known. Start it: ./pysan engine start',
    );
  }
  return step.do === 'use';
}
