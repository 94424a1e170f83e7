/** Finds problems between well-formed images: in their names, their parents and their locks. Pure. */
import type { Image } from '@pysan/model';

export interface DeclaredImage extends Pick<Image, 'sanitizer'> {
  /** Path of its project.json. */
  readonly file: string;
  /** The folder in `images/`. */
  readonly folder: string;
  readonly name: string;
  readonly implicitDependencies: readonly string[];
  /** The image in the last FROM line of its Dockerfile, with default arguments; empty without one. */
  readonly from: string;
}

/**
 * One line for each problem, with the file to fix; none for images that can be built. `locked` has the names of the
 * components that have a lock.
 */
export function findChainProblems(images: readonly DeclaredImage[], locked: ReadonlySet<string>): string[] {
  const names = new Set(images.flatMap(({ folder, name }) => [folder, name]));
  return [
    ...images.flatMap((image) => [
      ...checkName(image, images),
      ...checkDependencies(image, names),
      ...checkLocks(image, locked),
      ...checkSanitizer(image, images),
    ]),
    ...checkFirst(images, names),
    ...findCircles(new Map(images.map((image) => [image.folder, needsAmong(image, names)]))),
  ];
}

/** The parent: the image that it depends on or, if there are several, the one in its last FROM line. */
export function parentAmong(image: DeclaredImage, names: ReadonlySet<string>): string | undefined {
  const needs = needsAmong(image, names);
  return needs.length > 1 ? needs.find((it) => it === image.from) : needs[0];
}

function checkName({ file, folder, name }: DeclaredImage, images: readonly DeclaredImage[]): string[] {
  const taken = images.some((other) => other.folder === name) ? `, which is another image` : '';
  return name === folder ? [] : [`${file}: name: expected "${folder}" as its folder, got "${name}"${taken}`];
}

// `san` is tools/san, which images contain.
const otherProjects = /^(?:recipes|requirements|versions)-|^san$/;

function checkDependencies(image: DeclaredImage, names: ReadonlySet<string>): string[] {
  const { file, folder, implicitDependencies, from } = image;
  const unknown = implicitDependencies.filter((it) => !names.has(it) && !otherProjects.test(it));
  const needs = needsAmong(image, names);
  const parent = parentAmong(image, names);
  return [
    ...unknown.map((it) => `${file}: implicitDependencies: "${it}" is not an image, recipe or lock`),
    ...(needs.includes(folder) ? [`${file}: implicitDependencies: ${folder} cannot be made from itself`] : []),
    ...(needs.length > 1 && parent === undefined
      ? [
          `${file}: implicitDependencies: the last FROM line of the Dockerfile names "${from}", expected one of ${needs.join(', ')}`,
        ]
      : []),
  ];
}

function checkLocks({ file, implicitDependencies }: DeclaredImage, locked: ReadonlySet<string>): string[] {
  const components = implicitDependencies.flatMap((it) => /^versions-(.+)$/.exec(it)?.[1] ?? []);
  return components
    .filter((it) => !locked.has(it))
    .map((it) => `${file}: implicitDependencies: "versions-${it}" has no lock: versions/${it}/lock.json is missing`);
}

function needsAmong({ implicitDependencies }: DeclaredImage, names: ReadonlySet<string>): string[] {
  return implicitDependencies.filter((it) => names.has(it));
}

/** Code instrumented by one sanitizer cannot run under another. */
function checkSanitizer(
  { file, implicitDependencies, sanitizer }: DeclaredImage,
  images: readonly DeclaredImage[],
): string[] {
  const needs = images.filter(({ folder }) => implicitDependencies.includes(folder));
  const others = needs.filter((it) => (it.sanitizer ?? sanitizer) !== sanitizer);
  return others.map(
    (it) =>
      `${file}: implicitDependencies: ${it.folder} has the sanitizer ${it.sanitizer ?? 'none'}, expected ${sanitizer ?? 'none'}`,
  );
}

/** An image with an unknown parent is reported elsewhere, and does not count as the first. */
function checkFirst(images: readonly DeclaredImage[], names: ReadonlySet<string>): string[] {
  const first = images.filter(({ implicitDependencies }) =>
    implicitDependencies.every((it) => !names.has(it) && otherProjects.test(it)),
  );
  const list = first.map(({ folder }) => folder).join(', ');
  return first.length > 1
    ? [`implicitDependencies: only one image can have no parent, and these have none: ${list}`]
    : [];
}

type Needs = ReadonlyMap<string, readonly string[]>;

function findCircles(needs: Needs): string[] {
  const circles = [...needs.keys()].flatMap((name) => [wayBack(name, [name], needs, new Set()) ?? []]);
  // Each image of a cycle finds it. Only the first by name reports it.
  const told = circles.filter((circle) => circle.length > 2 && circle.every((name) => name >= (circle[0] ?? '')));
  return told.map((circle) => `implicitDependencies: a circle, ${circle.join(' → ')}`);
}

/** Extends the path from its end to an image; undefined if there is no way. `met` has the images that were tried. */
function wayBack(goal: string, path: readonly string[], needs: Needs, met: Set<string>): readonly string[] | undefined {
  for (const next of needs.get(path.at(-1) ?? '') ?? []) {
    if (next === goal) {
      return [...path, next];
    }
    const found = met.has(next) ? undefined : wayBack(goal, [...path, next], needs, met.add(next));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
