/** `pysan graph [image]`: Nx's own task graph of the builds, in the browser or as files. */
import type { Command } from 'commander';

const examples = `
Examples:
  pysan graph                          all images
  pysan graph scipy-tsan               one image and the images that it is built on
  pysan graph --file dist/graph.html   dist/graph.html and dist/static for a browser, and dist/graph.svg
  pysan graph --file dist/graph.svg    the picture alone

On the page an arrow points to the build that is needed first. In the SVG an arrow points from parent to child.
`;

interface GraphOptions {
  readonly file?: string;
}

export function register(program: Command): void {
  program
    .command('graph [image]')
    .summary('show the builds and their dependencies in a browser')
    .description("Opens Nx's task graph of the builds in a browser, and serves it until Ctrl-C.")
    .option('--file <file>', 'write a page (.html, with an SVG beside it) or a picture (.svg) instead')
    .addHelpText('after', examples)
    .action(graph);
}

async function graph(image: string | undefined, { file }: GraphOptions): Promise<void> {
  const [{ requireImage }, { openGraph, writeGraph }] = await Promise.all([
    import('../require-image.ts'),
    import('../graph/nx-graph.ts'),
  ]);
  if (image !== undefined) {
    await requireImage(image);
  }
  if (file === undefined) {
    await openGraph(image);
    return;
  }
  console.log((await writeGraph(image, file)).join('\n'));
}
