/** `pysan verify <image>`: has Nx verify the image; without --python the one that was built last. */
import type { Command } from 'commander';

import { requireImage } from '../require-image.ts';
import { addSchemaOptions, normaliseOptions, type Options, readSchema } from '../schema-options.ts';
import { root } from '../root.ts';

export function register(program: Command): void {
  const properties = readSchema();
  const command = program.command('verify <image>').description('prove with seeded bugs that an image finds them');
  addSchemaOptions(command, properties).action(async (image: string, given: Options) => {
    await requireImage(image);
    const { openEngine } = await import('@pysan/engine');
    await openEngine({ report: (line) => console.error(line) });
    const options = normaliseOptions(properties, given);
    const latest = await readLatest(image, options);
    const local = await findLocal(image, options, latest);
    process.exitCode = await (local === undefined
      ? verifyByNx(image, { ...latest.options, ...options })
      : verifyLocal(image, local));
  });
}

type Values = Readonly<Record<string, string | boolean>>;

interface Latest {
  /** What it is made of, as options. */
  readonly options: Readonly<Record<string, string>>;
  readonly isLocal: boolean;
}

// What was built last is what its user means, and not what would be built today.
async function readLatest(image: string, { python }: Values): Promise<Latest> {
  if (python !== undefined) {
    return { options: {}, isLocal: false };
  }
  const { inspectImage } = await import('@pysan/engine');
  const { commitLabel, localLabel, numpyLabel, pythonLabel, scipyLabel } = await import('@pysan/tagging');
  const labels = (await inspectImage(`${image}:latest`))?.labels ?? {};
  const built = {
    python: labels[pythonLabel],
    cpython: labels[commitLabel('cpython')],
    numpy: labels[numpyLabel],
    scipy: labels[scipyLabel],
  };
  const known = Object.entries(built).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { options: Object.fromEntries(known), isLocal: labels[localLabel] !== undefined };
}

// An image with a source tree of the user's own is verified as it is: the tree may have changed since.
async function findLocal(image: string, options: Values, latest: Latest): Promise<string | undefined> {
  const { localSuffix, parseBuiltTag } = await import('@pysan/model');
  const { python } = options;
  if (typeof python === 'string' && python.endsWith(localSuffix)) {
    return `${image}:${parseBuiltTag(python)}`;
  }
  return latest.isLocal && Object.keys(options).every((name) => name === 'locked') ? `${image}:latest` : undefined;
}

async function verifyByNx(image: string, options: Record<string, string | boolean>): Promise<0 | 1> {
  const { resolveOptions } = await import('../resolve-options.ts');
  const { runNxTask } = await import('../nx-task.ts');
  return runNxTask({ root, task: `${image}:verify`, options: await resolveOptions(image, options) });
}

async function verifyLocal(image: string, reference: string): Promise<0 | 1> {
  const { verifyBuilt } = await import('@pysan/nx-image/verify');
  const passes = await verifyBuilt({ root, imageName: image, reference, report: (line) => console.log(line) });
  return passes ? 0 : 1;
}
