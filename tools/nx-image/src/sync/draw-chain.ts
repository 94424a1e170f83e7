/**
 * Draws how images are made from each other. Pure.
 *
 *     toolchain ─▶ cpython ─▶ cpython-tsan ─▶ numpy-tsan
 *              │          └─▶ cpython-asan
 *              └─▶ openblas-tsan ┄▶ numpy-tsan
 *
 *     a ─▶ b: b is built on a; a ┄▶ b: b takes files from a
 */
import type { Image } from '@pysan/model';

/** The lines of the picture: an image's children from the longest chain to the shortest, then by name, and who takes files from it. */
export function drawChain(images: Iterable<Image>): string[] {
  const all = [...images];
  const lines = drawChildren(undefined, all).flatMap((branch) => branch.lines);
  return all.some(({ takes }) => takes !== undefined) ? [...lines, '', legend] : lines;
}

const legend = 'a ─▶ b: b is built on a; a ┄▶ b: b takes files from a';

/** What is drawn to the right of an image. */
interface Branch {
  readonly arrow: '─▶' | '┄▶';
  readonly lines: readonly string[];
}

function drawChildren(parent: string | undefined, images: readonly Image[]): Branch[] {
  const children = images.filter((image) => image.parent === parent).toSorted(byName);
  const branches = children.map(({ name }): Branch => ({ arrow: '─▶', lines: drawImage(name, images) }));
  return branches.toSorted((left, right) => depthOf(right) - depthOf(left));
}

function drawImage(name: string, images: readonly Image[]): string[] {
  const takers = images.filter(({ takes = [] }) => takes.includes(name)).toSorted(byName);
  const list = takers.map((image) => image.name).join(', ');
  const branches = [...drawChildren(name, images), ...(list === '' ? [] : [{ arrow: '┄▶', lines: [list] } as const])];
  const [first = name, ...rest] = branches.flatMap(({ arrow, lines }, index) => {
    const isLast = index === branches.length - 1;
    const branch = index === 0 ? `${name} ${arrow} ` : `${indent(name)}${isLast ? '└' : '├'}${arrow} `;
    const below = `${indent(name)}${isLast ? ' ' : '│'}   `;
    return lines.map((line, row) => (row === 0 ? branch : below) + line);
  });
  return [first, ...rest];
}

function depthOf({ lines: [line = ''] }: Branch): number {
  return line.split('─▶').length;
}

function byName(left: Image, right: Image): number {
  return left.name < right.name ? -1 : 1;
}

function indent(name: string): string {
  return ' '.repeat(name.length);
}
