/** `pysan verified <image>`: whether just what would be built now was verified before, by the repository's own record. */
import type { planImage } from '@pysan/building';
import type { Command } from 'commander';

import { addSchemaOptions, normaliseOptions, type Options, readSchema } from '../schema-options.ts';
import { requireImage } from '../require-image.ts';
import { root } from '../root.ts';

export function register(program: Command): void {
  const properties = readSchema('build');
  const command = program
    .command('verified <image>')
    .description('tell whether an image was verified as it would be built now; exit code 1 when not')
    .option('--record', 'record in the repository that it passed, as dist/…/report.json says');
  addSchemaOptions(command, properties).action(async (image: string, { record, ...given }: Options) => {
    await requireImage(image);
    const options = normaliseOptions(properties, given);
    process.exitCode = await (record === true ? recordPass(image, options) : compare(image, options));
  });
}

type Given = Readonly<Record<string, string | boolean>>;

async function compare(image: string, options: Given): Promise<0 | 1> {
  const { nameOf, readOutdated } = await import('@pysan/proving');
  const { images, build } = await plan(image, options);
  const reason = await readOutdated(root, images, build);
  console.log(`${nameOf(build)}: ${reason === undefined ? 'verified as it is' : `to verify: ${reason}`}`);
  return reason === undefined ? 0 : 1;
}

async function recordPass(image: string, options: Given): Promise<0> {
  const { recordProof } = await import('@pysan/proving');
  const { images, build } = await plan(image, options);
  console.log(`recorded in ${await recordProof(root, images, build)}: commit it`);
  return 0;
}

async function plan(image: string, options: Given): ReturnType<typeof planImage> {
  const { planImage } = await import('@pysan/building');
  const request = { locked: false, ...options };
  return planImage({ root, imageName: image, request });
}
