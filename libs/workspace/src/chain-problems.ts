/** Finds what is wrong with images that are well-formed one by one: their names, and the chain that they make. Pure. */

export interface DeclaredImage {
  /** Path of its project.json. */
  readonly file: string;
  /** The folder in `images/`. */
  readonly folder: string;
  readonly name: string;
  readonly implicitDependencies: readonly string[];
}

/** One line for each problem, with the file where it is to be mended; none for a chain that can be built. */
export function findChainProblems(images: readonly DeclaredImage[]): string[] {
  const names = new Set(images.flatMap(({ folder, name }) => [folder, name]));
  return [
    ...images.flatMap((image) => [...checkName(image, images), ...checkDependencies(image, names)]),
    ...checkFirst(images, names),
    ...findCircles(new Map(images.map((image) => [image.folder, parentsOf(image, names)[0]]))),
  ];
}

function checkName({ file, folder, name }: DeclaredImage, images: readonly DeclaredImage[]): string[] {
  const taken = images.some((other) => other.folder === name) ? `, which is another image` : '';
  return name === folder ? [] : [`${file}: name: expected "${folder}" as its folder, got "${name}"${taken}`];
}

// `san` is tools/san, which images take in.
const otherProjects = /^(?:recipes|requirements|versions)-|^san$/;

function checkDependencies(image: DeclaredImage, names: ReadonlySet<string>): string[] {
  const { file, folder, implicitDependencies } = image;
  const unknown = implicitDependencies.filter((it) => !names.has(it) && !otherProjects.test(it));
  const parents = parentsOf(image, names);
  return [
    ...unknown.map((it) => `${file}: implicitDependencies: "${it}" is not an image, recipe or lock`),
    ...(parents.includes(folder) ? [`${file}: implicitDependencies: ${folder} cannot be its own parent`] : []),
    ...(parents.length > 1
      ? [`${file}: implicitDependencies: expected one image, the parent, got ${parents.join(', ')}`]
      : []),
  ];
}

function parentsOf({ implicitDependencies }: DeclaredImage, names: ReadonlySet<string>): string[] {
  return implicitDependencies.filter((it) => names.has(it));
}

/** Who has an unknown parent was told so, and is not meant to be the first. */
function checkFirst(images: readonly DeclaredImage[], names: ReadonlySet<string>): string[] {
  const first = images.filter(({ implicitDependencies }) =>
    implicitDependencies.every((it) => !names.has(it) && otherProjects.test(it)),
  );
  const list = first.map(({ folder }) => folder).join(', ');
  return first.length > 1
    ? [`implicitDependencies: only one image can have no parent, and these have none: ${list}`]
    : [];
}

function findCircles(parents: ReadonlyMap<string, string | undefined>): string[] {
  const circles = [...parents.keys()].map((name) => walk(name, parents)).filter((it) => it[0] === it.at(-1));
  // Each image of a circle finds it: the one that comes first by name tells.
  const told = circles.filter((circle) => circle.length > 2 && circle.every((name) => name >= (circle[0] ?? '')));
  return told.map((circle) => `implicitDependencies: a circle, ${circle.join(' → ')}`);
}

/** The parents of an image, itself first, up to one that was met before, or to the first of the chain. */
function walk(name: string, parents: ReadonlyMap<string, string | undefined>): string[] {
  const path = [name];
  for (let next = parents.get(name); next !== undefined; next = parents.get(next)) {
    const isMet = path.includes(next);
    path.push(next);
    if (isMet) {
      return path;
    }
  }
  return [...path, ''];
}
