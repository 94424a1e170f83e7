/** `pysan sbom <image>`: prints the contents of an image that was built here, with versions, sha256 and licences. */
import type { Command } from 'commander';

interface SbomOptions {
  readonly python?: string;
}

const examples = `
Examples:
  pysan sbom numpy-tsan --python 3.14.3t > numpy-tsan.spdx.json
`;

export function register(program: Command): void {
  program
    .command('sbom <image>')
    .summary('print the contents of an image as SPDX JSON')
    .description(
      'Prints the contents of an image that was built here as SPDX 2.3 JSON: Debian packages, Python distributions and sources, with their licences.',
    )
    .option('--python <tag>', 'a release or series: 3.14.3t, 3.14t (default: the image that was built last)')
    .addHelpText('after', examples)
    .action(sbom);
}

async function sbom(image: string, { python }: SbomOptions): Promise<void> {
  const [{ requireImage }, { dockerEngine, requireEngine }, { requireBuilt }, { readSbom }] = await Promise.all([
    import('../require-image.ts'),
    import('@pysan/engine'),
    import('../run/container.ts'),
    import('@pysan/publishing'),
  ]);
  await requireImage(image);
  await requireEngine();
  const document = await readSbom(dockerEngine, image, await requireBuilt(image, python));
  console.log(JSON.stringify(document, undefined, 2));
}
