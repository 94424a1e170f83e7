/**
 * Nx generator `@pysan/nx-image:image`: a complete new image, `<package>-tsan` or `<package>-asan`, that builds a
 * package from its sdist on top of another image. It builds, and passes its first check, as it is.
 */
import path from 'node:path';

import { formatFiles, generateFiles, type Tree, writeJson } from '@nx/devkit';
import { neededFor, UsageError } from '@pysan/model';
import { isLibrary, isStable, type LibraryRelease, listVersions, newest, type PackageLock } from '@pysan/versions';
import { parseLocks } from '@pysan/workspace';

import { selectLocked } from '../new-image/locked-releases.ts';
import { type NewImage, readRequest } from '../new-image/request.ts';
import { fetchReleases, resolveRequirements } from '../new-image/upstream.ts';
import sync, { imagesOf, textsOf } from './sync.ts';

interface Options {
  readonly name: string;
  readonly parent: string;
}

/** The questions to upstream. Tests replace them. */
interface Upstream {
  readonly fetchReleases: typeof fetchReleases;
  readonly resolveRequirements: typeof resolveRequirements;
}

/** Writes the image, the lock of its package if there is none, and all files that `nx sync` derives from them. */
export default async function image(
  tree: Tree,
  { name, parent }: Options,
  upstream: Upstream = { fetchReleases, resolveRequirements },
): Promise<void> {
  const images = imagesOf(tree);
  const request = readRequest(name, parent, images);
  const folder = `images/${name}`;
  if (tree.exists(folder)) {
    throw new UsageError(`There is a folder ${folder} without a project.json. Remove it, or choose another name.`);
  }
  const release = await lockPackage(tree, request, upstream);
  const present = neededFor(images, parent).flatMap(({ components }) => components.filter(isLibrary));
  const requirements = await upstream.resolveRequirements(request.component, release, present);
  generateFiles(tree, path.join(import.meta.dirname, '../new-image/files'), folder, {
    ...request,
    ...release,
    parent,
    requirements,
    argument: request.component.replaceAll('-', '_'),
    compiledWith: `compiled with ${request.sanitizer === 'thread' ? 'ThreadSanitizer' : 'AddressSanitizer'}`,
    tracks: request.parent.tracks,
  });
  await formatFiles(tree);
  await sync(tree);
}

/** The newest locked release, from the existing lock or a new one. */
async function lockPackage(tree: Tree, request: NewImage, upstream: Upstream): Promise<LibraryRelease> {
  const { component } = request;
  const { numpy, scipy, packages } = parseLocks(textsOf(tree, 'versions', 'lock.json'));
  const libraries: Readonly<Record<string, Pick<PackageLock, 'releases'>>> = { numpy, scipy, ...packages };
  const releases = libraries[component]?.releases ?? (await writeLock(tree, request, upstream));
  return newest(releases.filter(({ version }) => isStable(version))) ?? refuse(request, releases);
}

async function writeLock(tree: Tree, request: NewImage, upstream: Upstream): Promise<LibraryRelease[]> {
  const { component, parent } = request;
  const folder = `versions/${component}`;
  if (tree.exists(folder)) {
    throw new UsageError(`${folder} is not the lock of a Python package: no image can be named ${request.name}.`);
  }
  const all = await upstream.fetchReleases(component);
  const releases = selectLocked(all, parent.tracks);
  if (releases.length === 0) {
    refuse(request, all);
  }
  writeJson(tree, `${folder}/lock.json`, { component, releases });
  writeJson(tree, `${folder}/project.json`, {
    $schema: '../../node_modules/nx/schemas/project-schema.json',
    name: `versions-${component}`,
    tags: ['type:versions'],
  });
  return releases;
}

function refuse({ component, parent }: NewImage, releases: readonly LibraryRelease[]): never {
  throw new UsageError(
    `There is no release of ${component} with an sdist, and with wheels for one of ${parent.tracks.join(', ')}. ${listVersions('There is', releases)}`,
  );
}
