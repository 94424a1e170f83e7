/**
 * The resolution as a document, `dist/plans/<sha256>.json`: releases, commits, source trees, base and named builds. All
 * later steps of a command read it and ask no upstream again.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import type { Base } from '@pysan/engine';
import { type Build, ConfigError, needsOf } from '@pysan/model';
import { canonicalJson } from '@pysan/planning';
import { parseConfig } from '@pysan/versions';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

import type { ResolvedReleases } from './resolve.ts';

export interface Resolved extends ResolvedReleases {
  readonly schema: 1;
  /** The requested images. */
  readonly names: readonly string[];
  /** `image` is its name on Docker Hub, whatever its source: `debian:trixie-slim`. */
  readonly base: Base & { readonly image: string };
  /** One for each requested image and each image that it is made from, which comes first. */
  readonly builds: readonly Build[];
}

const release = z.strictObject({
  component: z.string(),
  version: z.string(),
  sha256: z.string().optional(),
  commit: z.string().optional(),
  tree: z.string().optional(),
  repository: z.string().optional(),
  locked: z.boolean(),
});
const python = z.strictObject({ version: z.string(), freeThreaded: z.boolean(), dev: z.boolean() });
const texts = z.record(z.string(), z.string());

const image = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  parent: z.string().optional(),
  takes: z.array(z.string()).optional(),
  sanitizer: z.enum(['thread', 'address']).optional(),
  components: z.array(z.string()),
  tracks: z.array(z.string()),
  rebuild: z.number().optional(),
  workflow: z.string(),
});

const inputs = z.strictObject({
  schema: z.literal(1),
  platform: z.string(),
  files: texts,
  buildArgs: texts,
  parent: z.string().optional(),
  takes: texts.optional(),
  base: z.string().optional(),
  releases: z.array(release.omit({ locked: true, repository: true })),
  rebuild: z.number().optional(),
});

const build = z.strictObject({
  image,
  python: python.optional(),
  contents: z.array(release),
  inputs,
  id: z.string().regex(/^[0-9a-f]{64}$/),
});

const schema = z.strictObject({
  schema: z.literal(1),
  names: z.array(z.string()),
  reason: z.string().optional(),
  platform: z.string(),
  python,
  releases: z.array(release),
  requirements: texts,
  trees: z.record(
    z.string(),
    z.strictObject({ folder: z.string(), files: z.array(z.string()), hash: z.string(), state: z.string() }),
  ),
  base: z.strictObject({ reference: z.string(), identity: z.string(), image: z.string() }),
  builds: z.array(build),
});

const folder = 'dist/plans';
const dayMs = 24 * 60 * 60 * 1000;

/** Writes a resolution, and returns its path from the root of the repository. Removes those of earlier days. */
export async function writeResolution(root: string, resolved: Resolved): Promise<string> {
  const text = canonicalJson(resolved);
  const file = path.join(folder, `${sha256Of(text)}.json`);
  await mkdir(path.join(root, folder), { recursive: true });
  await removeOld(path.join(root, folder));
  await writeFileAtomic(path.join(root, file), text);
  return file;
}

/** Reads a file of writeResolution. Throws a ConfigError if it is malformed or was changed. */
export async function readResolution(root: string, file: string): Promise<Resolved> {
  const text = await readFile(path.resolve(root, file), 'utf8').catch((cause: unknown) => {
    throw new ConfigError(file, [`it cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`]);
  });
  if (path.basename(file) !== `${sha256Of(text)}.json`) {
    throw new ConfigError(file, [
      'it is named by the sha256 of its text, and has another: it was changed or cut short',
    ]);
  }
  return parseConfig(schema, file, text) as Resolved;
}

/** The build of an image. */
export function buildOf({ builds }: Pick<Resolved, 'builds'>, name: string): Build {
  const build = builds.find(({ image }) => image.name === name);
  if (build === undefined) {
    throw new Error(`The resolution does not build ${name}.`);
  }
  return build;
}

/** The parent of a build; undefined for the first of the chain. */
export function parentOf(resolved: Pick<Resolved, 'builds'>, { image }: Build): Build | undefined {
  return image.parent === undefined ? undefined : buildOf(resolved, image.parent);
}

/** The builds that another is made from, its parent first. */
export function neededBuilds(resolved: Pick<Resolved, 'builds'>, { image }: Build): readonly Build[] {
  return needsOf(image).map((name) => buildOf(resolved, name));
}

/** Names of an image and those that it is built on, the first of the chain first. */
export function chainNames(resolved: Pick<Resolved, 'builds'>, name: string): string[] {
  const { image } = buildOf(resolved, name);
  return image.parent === undefined ? [name] : [...chainNames(resolved, image.parent), name];
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function removeOld(plans: string): Promise<void> {
  for (const name of await readdir(plans)) {
    const file = path.join(plans, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts === undefined || Date.now() - facts.mtimeMs > dayMs) {
      await rm(file, { force: true });
    }
  }
}
