/** What the local engine holds, asked in a few calls however many images there are. */
import {
  baseReference,
  findImages,
  identityOf,
  type ImageFacts,
  inspectImage,
  nextStep,
  probeEngine,
  readSituation,
} from '@pysan/engine';
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

/** What a base would be known by where nothing is asked but a registry. EngineError where nobody says. */
export async function readBaseIdentity(lock: Locks['debian']): Promise<string> {
  const identity = await findBaseIdentity(lock);
  if (identity === undefined) {
    throw new EngineError(
      'Neither the lock nor the engine says which base image builds start from: ./pysan resolve --apply',
    );
  }
  return identity;
}

/** What the base is known by: as the engine has it where it runs, else as the lock; undefined where neither says. */
export async function findBaseIdentity(lock: Locks['debian']): Promise<string | undefined> {
  const { engine } = await probeEngine();
  const base = engine === undefined ? undefined : await inspectImage(baseReference(lock));
  return base === undefined ? (lock.digest ?? undefined) : identityOf(base);
}

async function isEngineThere(): Promise<boolean> {
  const { outcome, engine } = await probeEngine();
  if (engine !== undefined) {
    return true;
  }
  const step = nextStep(await readSituation(outcome));
  if (step.do === 'install') {
    return false;
  }
  const stopped = 'The container engine does not run, and only it knows what is built: ./pysan engine start';
  throw new EngineError(step.do === 'give up' ? step.message : stopped);
}
