/** Lists what a TypeScript file imports, statically or dynamically. Pure. */

const specifier = /(?:\bfrom|\bimport|\bimport\()\s*'([^'\s]+)'/g;

/** The names in its import and export statements and import() calls, in their order: `./pysan.ts`, `@pysan/engine`, `node:fs`. */
export function parseImports(text: string): string[] {
  return [...new Set([...text.matchAll(specifier)].map((match) => match[1] ?? ''))];
}
