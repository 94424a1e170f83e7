/** Draws images and their dependencies as an SVG, by Graphviz compiled to WebAssembly. */
import { instance } from '@viz-js/viz';

/** The SVG of the given images, each with the images that it is built on. An arrow points from parent to child. */
export async function drawSvg(dependencies: ReadonlyMap<string, readonly string[]>): Promise<string> {
  const viz = await instance();
  return viz.renderString(
    {
      graphAttributes: { rankdir: 'LR' },
      nodeAttributes: { shape: 'box', style: 'rounded', fontname: 'sans-serif' },
      nodes: [...dependencies.keys()].toSorted().map((name) => ({ name })),
      edges: [...dependencies].flatMap(([head, needed]) => needed.map((tail) => ({ tail, head }))),
    },
    { format: 'svg' },
  );
}
