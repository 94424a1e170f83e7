/** `pysan verify <image>`: builds the image if the engine lacks it, and verifies it or measures its recall. */
import type { Command } from 'commander';

import { requireImage } from '../require-image.ts';
import { addSchemaOptions, normaliseOptions, type Options, readSchema } from '../schema-options.ts';
import { root } from '../root.ts';

interface VerifyOptions extends Options {
  readonly recall?: boolean;
}

const examples = `
Examples:
  pysan verify numpy-tsan
  pysan verify numpy-tsan --python 3.14.3t
  pysan verify --recall numpy-tsan
`;

export function register(program: Command): void {
  const properties = readSchema('build');
  const command = program
    .command('verify <image>')
    .summary('prove with seeded bugs that an image finds bugs')
    .description(
      'Proves with seeded bugs that an image finds bugs, and that correct programs stay silent. Without --python it verifies the image that was built last.',
    )
    .option('--recall', 'measure the share of seeded races that the image finds, and its false alarms')
    .addHelpText('after', examples);
  addSchemaOptions(command, properties).action(async (image: string, { recall = false, ...given }: VerifyOptions) => {
    await requireImage(image);
    const { openEngine } = await import('@pysan/engine');
    await openEngine({ report: (line) => console.error(line) });
    const options = normaliseOptions(properties, given);
    const latest = await readLatest(image, options);
    const local = await findLocal(image, options, latest);
    process.exitCode = await (local === undefined
      ? verifyRequest(image, { ...latest.options, ...options }, recall)
      : verifyReference(image, local, recall));
  });
}

type Values = Readonly<Record<string, string | boolean>>;

interface Latest {
  /** The options that say what an image is built from. */
  readonly options: Readonly<Record<string, string>>;
  readonly isLocal: boolean;
}

// Without --python the user means the image that was built last, not the one that would be built today.
async function readLatest(image: string, { python }: Values): Promise<Latest> {
  if (python !== undefined) {
    return { options: {}, isLocal: false };
  }
  const { inspectImage } = await import('@pysan/engine');
  const { commitLabel, componentLabel, localLabel, pythonLabel } = await import('@pysan/tagging');
  const labels = (await inspectImage(`${image}:latest`))?.labels ?? {};
  const built = {
    python: labels[pythonLabel],
    cpython: labels[commitLabel('cpython')],
    numpy: labels[componentLabel('numpy')],
    scipy: labels[componentLabel('scipy')],
  };
  const known = Object.entries(built).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { options: Object.fromEntries(known), isLocal: labels[localLabel] !== undefined };
}

// An image with the user's own source tree is verified as it was built. The tree may have changed since.
async function findLocal(image: string, options: Values, latest: Latest): Promise<string | undefined> {
  const { localSuffix, parseBuiltTag } = await import('@pysan/model');
  const { python } = options;
  if (typeof python === 'string' && python.endsWith(localSuffix)) {
    return `${image}:${parseBuiltTag(python)}`;
  }
  return latest.isLocal && Object.keys(options).every((name) => name === 'locked') ? `${image}:latest` : undefined;
}

async function verifyRequest(image: string, options: Values, recall: boolean): Promise<0 | 1> {
  const [{ resolveImage }, { ensureBuilt, getBase }, { buildOf }, { formatPythonTag, referenceOf }] = await Promise.all(
    [
      import('../resolve-request.ts'),
      import('../ensure-built.ts'),
      import('@pysan/resolution'),
      import('@pysan/model'),
    ],
  );
  const resolved = await resolveImage(image, options, getBase);
  if (recall) {
    const { requireMeasurable } = await import('@pysan/proving');
    const { readImages } = await import('@pysan/workspace');
    requireMeasurable((await readImages(root)).get(image), formatPythonTag(resolved.python));
  }
  const failed = await ensureBuilt(root, resolved, options['parents']);
  return failed === 1 ? 1 : verifyReference(image, referenceOf(buildOf(resolved, image)), recall);
}

async function verifyReference(image: string, reference: string, recall: boolean): Promise<0 | 1> {
  const { measureBuilt, verifyBuilt } = await import('@pysan/proving');
  const task = { root, imageName: image, reference, report: (line: string) => console.error(line) };
  const passes = recall ? await measureBuilt(task) : (await verifyBuilt(task)).verdict === 'pass';
  return passes ? 0 : 1;
}
