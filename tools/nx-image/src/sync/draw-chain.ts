/**
 * Draws the chain of images. Pure.
 *
 *     toolchain ─▶ cpython ─▶ cpython-tsan ─▶ numpy-tsan
 *                         └─▶ cpython-asan
 */
import type { Image } from '@pysan/model';

/** The lines of the picture: an image's children from the longest chain to the shortest, then by name. */
export function drawChain(images: Iterable<Image>): string[] {
  const all = [...images];
  return drawChildren(undefined, all).flat();
}

// One block of lines for each child.
function drawChildren(parent: string | undefined, images: readonly Image[]): string[][] {
  const children = images.filter((image) => image.parent === parent).toSorted(byName);
  const blocks = children.map(({ name }) => drawBlock(name, drawChildren(name, images)));
  return blocks.toSorted((left, right) => depthOf(right) - depthOf(left));
}

function drawBlock(name: string, blocks: readonly string[][]): string[] {
  const [first = name, ...rest] = blocks.flatMap((block, index) => {
    const isLast = index === blocks.length - 1;
    const branch = index === 0 ? `${name} ─▶ ` : `${indent(name)}${isLast ? '└' : '├'}─▶ `;
    const below = `${indent(name)}${isLast ? ' ' : '│'}   `;
    return block.map((line, row) => (row === 0 ? branch : below) + line);
  });
  return [first, ...rest];
}

function depthOf([line = '']: readonly string[]): number {
  return line.split('─▶').length;
}

function byName(left: Image, right: Image): number {
  return left.name < right.name ? -1 : 1;
}

function indent(name: string): string {
  return ' '.repeat(name.length);
}
