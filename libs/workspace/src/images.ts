/** Reads the images of the repository from their project.json files, where the chain is encoded once. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Image } from '@pysan/model';
import { parseConfig } from '@pysan/versions';
import { z } from 'zod';

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

/** The images by name, in the order of their folders. Throws a ConfigError for a malformed project.json. */
export async function readImages(root: string): Promise<ReadonlyMap<string, Image>> {
  const files = (await imageFolders(root)).map((folder) => path.join('images', folder, 'project.json'));
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, file), 'utf8')));
  return parseImages(Object.fromEntries(files.map((file, index) => [file, texts[index] ?? ''])));
}

/** As readImages, from the texts of the project.json files by their paths. */
export function parseImages(texts: Readonly<Record<string, string>>): ReadonlyMap<string, Image> {
  const projects = Object.entries(texts).map(([file, text]) => parseConfig(projectSchema, file, text));
  const names = new Set(projects.map(({ name }) => name));
  return new Map(projects.map((project) => [project.name, toImage(project, names)]));
}

/** Folder names of `images/` that hold an image (the recipes are not one). */
export async function imageFolders(root: string): Promise<string[]> {
  const entries = await readdir(path.join(root, 'images'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'recipes').map(({ name }) => name);
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
