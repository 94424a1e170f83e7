/** `pysan verified <image>`: checks whether the repository records a pass for the build that would be made now. */
import type { Command } from 'commander';

import { addSchemaOptions, normaliseOptions, type Options, readSchema } from '../schema-options.ts';
import { root } from '../root.ts';

const examples = `
Examples:
  pysan verified scipy-tsan --python 3.13.5t
  pysan verified scipy-tsan --python 3.13.5t --record

Exit codes: 0 it has passed, 1 it must be verified.
`;

export function register(program: Command): void {
  const properties = readSchema('build');
  const command = program
    .command('verified <image>')
    .summary('check whether an image is recorded as verified')
    .description(
      'Checks whether the repository records that an image, as it would be built now, has passed its verification.',
    )
    .addHelpText('after', examples)
    .option('--record', 'record in the repository that the image passed, according to dist/…/report.json');
  addSchemaOptions(command, properties).action(async (image: string, { record, ...given }: Options) => {
    const options = normaliseOptions(properties, given);
    process.exitCode = await (record === true ? recordPass(image, options) : compare(image, options));
  });
}

type Given = Readonly<Record<string, string | boolean>>;

async function compare(image: string, options: Given): Promise<0 | 1> {
  const { nameOf, readOutdated } = await import('@pysan/proving');
  const { images, build } = await plan(image, options);
  const reason = await readOutdated(root, images, build);
  console.log(
    `${nameOf(build)}: ${reason === undefined ? 'verified with its present inputs' : `not verified: ${reason}`}`,
  );
  return reason === undefined ? 0 : 1;
}

async function recordPass(image: string, options: Given): Promise<0> {
  const { recordProof } = await import('@pysan/proving');
  const { images, build } = await plan(image, options);
  console.log(`recorded in ${await recordProof(root, images, build)}. Commit that file.`);
  return 0;
}

async function plan(image: string, options: Given) {
  const [{ resolveImage }, { buildOf }, { readImages }, { findBase }] = await Promise.all([
    import('../resolve-request.ts'),
    import('@pysan/resolution'),
    import('@pysan/workspace'),
    import('@pysan/releases'),
  ]);
  const resolved = await resolveImage(image, options, findBase);
  return { images: await readImages(root), build: buildOf(resolved, image) };
}
