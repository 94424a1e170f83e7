/** Reads the images of the repository from their project.json files, where the chain is encoded once. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { ConfigError, type Image } from '@pysan/model';
import { checkConfig } from '@pysan/versions';
import { glob } from 'tinyglobby';
import { z } from 'zod';

import { type DeclaredImage, findChainProblems, parentAmong } from './chain-problems.ts';
import { expand, parseDockerfile } from './dockerfile.ts';

const projectSchema = z.looseObject({
  name: z.string(),
  implicitDependencies: z.array(z.string()),
  metadata: z.looseObject({
    description: z.string().optional(),
    pysan: z.strictObject({
      sanitizer: z.enum(['thread', 'address']).nullable(),
      rebuild: z.int().positive().optional(),
      workflow: z.string().regex(/^docker_image_\w+\.yml$/, 'expected a file such as docker_image_numpy.yml'),
      tracks: z.array(z.string().regex(/^\d+\.\d+t?$/, 'expected a series such as 3.14 or 3.14t')),
    }),
  }),
});

type Project = z.infer<typeof projectSchema>;

/** The images by name, in the order of their folders. Throws a ConfigError that lists every problem of all of them. */
export async function readImages(root: string): Promise<ReadonlyMap<string, Image>> {
  const [files, locks] = await Promise.all([listFiles(root), glob('versions/*/lock.json', { cwd: root })]);
  const projects = foldersOf(files).map((folder) => `images/${folder}/project.json`);
  const dockerfiles = foldersOf(files).map((folder) => `images/${folder}/Dockerfile`);
  const missing = [...projects, ...dockerfiles].filter((file) => !files.includes(file));
  const texts = await Promise.all(
    files.map(async (file) => [file, await readFile(path.join(root, file), 'utf8')] as const),
  );
  return parseImages(
    Object.fromEntries(texts),
    locks,
    missing.map((file) => `${file} is missing`),
  );
}

/**
 * As readImages, from the texts of project.json files and Dockerfiles by their paths, and the paths of the locks. `found` are
 * problems that were found before.
 */
export function parseImages(
  texts: Readonly<Record<string, string>>,
  locks: readonly string[],
  found: readonly string[] = [],
): ReadonlyMap<string, Image> {
  const files = Object.keys(texts).filter((file) => file.endsWith('/project.json'));
  const checked = files.toSorted().map((file) => ({ file, ...checkConfig(projectSchema, texts[file] ?? '') }));
  const malformed = checked.flatMap(({ file, problems }) => problems.map((problem) => `${file}: ${problem}`));
  const declared = checked.flatMap(({ file, value }) => (value === undefined ? [] : [declare(file, value, texts)]));
  // A malformed or missing image would be an unknown parent for others.
  const own = [...found, ...malformed];
  const problems = own.length === 0 ? findChainProblems(declared, new Set(locks.map(componentOf))) : own;
  if (problems.length > 0) {
    throw new ConfigError('images/', problems);
  }
  const names = new Set(declared.map(({ name }) => name));
  return new Map(declared.map((image) => [image.name, toImage(image, names)]));
}

function componentOf(lock: string): string {
  return path.basename(path.dirname(lock));
}

type DeclaredProject = Project & DeclaredImage;

function declare(file: string, project: Project, texts: Readonly<Record<string, string>>): DeclaredProject {
  const folder = path.dirname(file);
  const facts = parseDockerfile(texts[`${folder}/Dockerfile`] ?? '');
  const sanitizer = project.metadata.pysan.sanitizer ?? undefined;
  return {
    ...project,
    file,
    folder: path.basename(folder),
    sanitizer,
    from: expand(facts.bases.at(-1) ?? '', {}, facts),
  };
}

/** Names of the folders of `images/` with an image, without the recipes and remains of removed images. */
export async function imageFolders(root: string): Promise<string[]> {
  return foldersOf(await listFiles(root));
}

function listFiles(root: string): Promise<string[]> {
  return glob('images/*/{project.json,Dockerfile}', { cwd: root });
}

function foldersOf(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => path.basename(path.dirname(file))))].toSorted();
}

function toImage(image: DeclaredProject, images: ReadonlySet<string>): Image {
  const { name, implicitDependencies, metadata, sanitizer } = image;
  const { description, pysan } = metadata;
  const { rebuild, workflow, tracks } = pysan;
  const parent = parentAmong(image, images);
  const takes = implicitDependencies.filter((it) => images.has(it) && it !== parent);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    parent,
    ...(takes.length === 0 ? {} : { takes }),
    sanitizer,
    components: withPrefix(implicitDependencies, 'versions-').filter((component) => component !== 'tools'),
    tracks,
    workflow,
    ...(rebuild === undefined ? {} : { rebuild }),
  };
}

function withPrefix(names: readonly string[], prefix: string): string[] {
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
