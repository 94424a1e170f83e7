/** `pysan sbom <image>`: what is really inside an image that was built here, with versions, sha256 and licences. */
import type { Command } from 'commander';

interface SbomOptions {
  readonly python?: string;
}

const example = `
Example:
  pysan sbom numpy-tsan --python 3.14.3t > numpy-tsan.spdx.json
`;

export function register(program: Command): void {
  program
    .command('sbom <image>')
    .description('print what is inside an image as SPDX 2.3 JSON: Debian packages, Python distributions, sources')
    .option('--python <tag>', 'a release or series: 3.14.3t, 3.14t; without it the image that was built last')
    .addHelpText('after', example)
    .action(sbom);
}

async function sbom(image: string, { python }: SbomOptions): Promise<void> {
  const [{ requireImage }, { requireEngine }, { requireBuilt }, { readSbom }] = await Promise.all([
    import('../require-image.ts'),
    import('@pysan/engine'),
    import('../run/container.ts'),
    import('@pysan/publishing'),
  ]);
  await requireImage(image);
  await requireEngine();
  const document = await readSbom(image, await requireBuilt(image, python));
  console.log(JSON.stringify(document, undefined, 2));
}
