/** The table of images in README.md. Pure. */
import { type Image, neededFor } from '@pysan/model';

/** Markdown, a row an image, each after those that it is made from; `descriptions` are by image. Prettier aligns it. */
export function imageTable(images: ReadonlyMap<string, Image>, descriptions: ReadonlyMap<string, string>): string {
  const rows = [...images.values()]
    .toSorted((left, right) => byChain(images, left, right))
    .map(({ name, tracks }) => {
      const pythons = tracks.length === 0 ? '' : tracks.join(', ');
      return `| [${name}](images/${name}) | ${descriptions.get(name) ?? ''} | ${pythons} |`;
    });
  return ['| image | what it is | Python tags |', '| --- | --- | --- |', ...rows].join('\n');
}

function byChain(images: ReadonlyMap<string, Image>, left: Image, right: Image): number {
  const depth = neededFor(images, left.name).length - neededFor(images, right.name).length;
  return depth === 0 ? left.name.localeCompare(right.name, 'en') : depth;
}
