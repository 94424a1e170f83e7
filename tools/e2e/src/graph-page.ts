/** Reads Nx's graph page in a browser. It paints on canvases: its cytoscape tells what is where, and the pixels whether it is there. */
import type { Browser } from 'playwright-core';

/** What the window shows, sorted. An arrow is `from -> to`. */
export interface Painted {
  readonly names: string[];
  readonly arrows: string[];
}

/** Opens an address of the page and answers what it shows; fails when that is nothing for half a minute. */
export async function readGraph(browser: Browser, address: string): Promise<Painted> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  try {
    await page.addInitScript(keepCytoscape);
    await page.goto(address);
    await page.waitForFunction(readPainted);
    return (await page.evaluate(readPainted)) ?? { names: [], arrows: [] };
  } finally {
    await page.close();
  }
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of cytoscape's elements what is used here: https://js.cytoscape.org */
interface Element {
  style(name: 'label'): string;
  source(): Element;
  target(): Element;
  renderedPosition(): Point;
  renderedMidpoint(): Point;
}

interface Cytoscape {
  nodes(): Iterable<Element>;
  edges(): Iterable<Element>;
}

interface Canvas {
  getContext(kind: '2d'): { getImageData(x: number, y: number, width: number, height: number): { data: Uint8Array } };
}

type PageGlobals = typeof globalThis & {
  readonly HTMLElement: { readonly prototype: object };
  readonly document: { querySelectorAll(selector: string): Iterable<Canvas> };
  cytoscape: { readonly cy: Cytoscape } | null | undefined;
};

// The next two functions run in the page, so neither may use anything outside itself.

// Cytoscape leaves itself at its element. The page makes two of them, and the end of the first takes the second away.
function keepCytoscape(): void {
  const page = globalThis as PageGlobals;
  Object.defineProperty(page.HTMLElement.prototype, '_cyreg', {
    get: () => page.cytoscape,
    set: (value: PageGlobals['cytoscape']) => {
      page.cytoscape = value ?? page.cytoscape;
    },
  });
}

/** Nothing while nothing is painted. */
function readPainted(): Painted | undefined {
  const page = globalThis as PageGlobals;
  const canvases = [...page.document.querySelectorAll('#cytoscape-graph canvas')];
  const isPainted = ({ x, y }: Point): boolean =>
    canvases.some((canvas) =>
      canvas
        .getContext('2d')
        .getImageData(x - 5, y - 5, 11, 11)
        .data.some((byte) => byte > 0),
    );
  const label = (node: Element): string => node.style('label');
  const nodes = [...(page.cytoscape?.cy.nodes() ?? [])].filter((node) => isPainted(node.renderedPosition()));
  const edges = [...(page.cytoscape?.cy.edges() ?? [])].filter((edge) => isPainted(edge.renderedMidpoint()));
  const names = nodes.map(label).toSorted();
  const arrows = edges.map((edge) => `${label(edge.source())} -> ${label(edge.target())}`).toSorted();
  return names.length === 0 ? undefined : { names, arrows };
}
