/** Reads the images of the repository from their project.json files, where the chain is encoded once. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { ConfigError, type Image } from '@pysan/model';
import { checkConfig } from '@pysan/versions';
import { glob } from 'tinyglobby';
import { z } from 'zod';

import { findChainProblems } from './chain-problems.ts';

const projectSchema = z.looseObject({
  name: z.string(),
  implicitDependencies: z.array(z.string()),
  metadata: z.looseObject({
    pysan: z.strictObject({
      sanitizer: z.enum(['thread', 'address']).nullable(),
      rebuild: z.int().positive().optional(),
      workflow: z
        .string()
        .regex(/^docker_image_\w+\.yml$/, 'expected a file such as docker_image_numpy.yml')
        .optional(),
      tracks: z.array(z.string().regex(/^\d+\.\d+t?$/, 'expected a series such as 3.14 or 3.14t')),
    }),
  }),
});

type Project = z.infer<typeof projectSchema>;

/** The images by name, in the order of their folders. Throws a ConfigError that lists every problem of all of them. */
export async function readImages(root: string): Promise<ReadonlyMap<string, Image>> {
  const files = await listFiles(root);
  const projects = foldersOf(files).map((folder) => `images/${folder}/project.json`);
  const dockerfiles = foldersOf(files).map((folder) => `images/${folder}/Dockerfile`);
  const missing = [...projects, ...dockerfiles].filter((file) => !files.includes(file));
  const present = projects.filter((file) => files.includes(file));
  const texts = await Promise.all(present.map((file) => readFile(path.join(root, file), 'utf8')));
  return parseImages(
    Object.fromEntries(present.map((file, index) => [file, texts[index] ?? ''])),
    missing.map((file) => `${file} is missing`),
  );
}

/** As readImages, from the texts of the project.json files by their paths, and what was found to be wrong before. */
export function parseImages(
  texts: Readonly<Record<string, string>>,
  found: readonly string[] = [],
): ReadonlyMap<string, Image> {
  const checked = Object.entries(texts).map(([file, text]) => ({ file, ...checkConfig(projectSchema, text) }));
  const malformed = checked.flatMap(({ file, problems }) => problems.map((problem) => `${file}: ${problem}`));
  const projects = checked.flatMap(({ file, value }) => (value === undefined ? [] : [{ file, ...value }]));
  const declared = projects.map((it) => ({ ...it, folder: path.basename(path.dirname(it.file)) }));
  // What is malformed or missing would be an unknown parent for others.
  const own = [...found, ...malformed];
  const problems = own.length === 0 ? findChainProblems(declared) : own;
  if (problems.length > 0) {
    throw new ConfigError('images/', problems);
  }
  const names = new Set(projects.map(({ name }) => name));
  return new Map(projects.map((project) => [project.name, toImage(project, names)]));
}

/** Names of the folders of `images/` that hold an image: the recipes are none, nor is what git left of one that is gone. */
export async function imageFolders(root: string): Promise<string[]> {
  return foldersOf(await listFiles(root));
}

function listFiles(root: string): Promise<string[]> {
  return glob('images/*/{project.json,Dockerfile}', { cwd: root });
}

function foldersOf(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => path.basename(path.dirname(file))))].toSorted();
}

function toImage({ name, implicitDependencies, metadata }: Project, images: ReadonlySet<string>): Image {
  const { rebuild, workflow } = metadata.pysan;
  return {
    name,
    parent: implicitDependencies.find((dependency) => images.has(dependency)),
    sanitizer: metadata.pysan.sanitizer ?? undefined,
    components: withPrefix(implicitDependencies, 'versions-').filter((component) => component !== 'tools'),
    tracks: metadata.pysan.tracks,
    ...(rebuild === undefined ? {} : { rebuild }),
    ...(workflow === undefined ? {} : { workflow }),
  };
}

function withPrefix(names: readonly string[], prefix: string): string[] {
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
