/**
 * A copy of the repository whose images are four small ones, built in seconds: for tests of what happens to an image,
 * whatever it is. The engine, the builds and the checks are the real ones. Their Dockerfiles are in ../small-chain.
 */
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect } from '@jest/globals';

import { commitAll, initialise } from './act.ts';
import { pysan } from './pysan.ts';
import { copyRepository, edit, removeCopy } from './repository-copy.ts';

/** The Python of the builds that tests make of the small chain. */
export const python = '3.13.5t';

interface SmallImage {
  readonly name: string;
  readonly dependencies: readonly string[];
}

/** An image that small-numpy-tsan can take files from. Its Dockerfile is in ../taken. */
export const takenImage: SmallImage = { name: 'small-blas-tsan', dependencies: ['small-toolchain'] };

const images: readonly SmallImage[] = [
  { name: 'small-toolchain', dependencies: ['versions-debian'] },
  { name: 'small-cpython', dependencies: ['small-toolchain', 'versions-cpython'] },
  { name: 'small-cpython-tsan', dependencies: ['small-cpython'] },
  { name: 'small-numpy-tsan', dependencies: ['small-cpython-tsan', 'versions-numpy'] },
];

/** The small images that have a Python, from the first to the last. */
export const smallChain = images.slice(1).map(({ name }) => name);

export interface SmallChain {
  /** The copy of the repository that commands are run in. */
  readonly folder: string;
}

/** A copy for the tests of the block that calls it, committed, and all of its images built. */
export function useSmallChain(): SmallChain {
  const chain = { folder: '' };
  beforeAll(async () => {
    chain.folder = await copySmallChain();
    await initialise(chain.folder);
    await commitAll(chain.folder, 'the small chain');
    const { exitCode, output } = await pysan(['build', 'small-numpy-tsan', '--python', python], chain.folder);
    expect(exitCode === 0 ? '' : output).toBe('');
  });
  afterAll(() => removeCopy(chain.folder));
  return chain;
}

/** Copies the repository into a temporary folder, with the small images in place of its own, and answers the path. */
export async function copySmallChain(): Promise<string> {
  const copy = await copyRepository();
  const own = (await readdir(path.join(copy, 'images'))).filter((name) => name !== 'recipes');
  await Promise.all(own.map((name) => rm(path.join(copy, 'images', name), { recursive: true })));
  await cp(path.join(import.meta.dirname, '../small-chain'), copy, { recursive: true });
  await Promise.all(images.map((image) => writeProject(copy, image)));
  return copy;
}

/** Puts the image that files are taken from into a copy of the small chain, and has small-numpy-tsan take them. */
export async function takeFiles(copy: string): Promise<void> {
  await cp(path.join(import.meta.dirname, '../taken'), copy, { recursive: true });
  await writeProject(copy, takenImage);
  const numpy = images.find(({ name }) => name === 'small-numpy-tsan');
  await writeProject(copy, {
    name: 'small-numpy-tsan',
    dependencies: [takenImage.name, ...(numpy?.dependencies ?? [])],
  });
  const check = 'sanitizer=thread argument=small_blas_image taken=/tmp/blas /tmp/recipes/common/check-taken';
  await edit(copy, 'images/small-numpy-tsan/Dockerfile', (text) =>
    text
      .replace('\n\n#', '\nARG small_blas_image=small-blas-tsan\n\nFROM ${small_blas_image} AS blas\n\n#')
      .replace(
        '/tmp/recipes/common\n',
        `/tmp/recipes/common\nRUN --mount=type=bind,from=blas,target=/tmp/blas ${check}\n`,
      )
      .replace('COPY --from=build /out /\n', 'COPY --from=build /out /\nCOPY --from=blas /opt/blas /opt/blas\n')
      .replace(
        'target=/tmp/build \\\n',
        'target=/tmp/build --mount=type=bind,from=blas,source=/etc/pysan,target=/tmp/blas \\\n',
      )
      .replace('    image=', '    taken=/tmp/blas/passport.json image='),
  );
}

/** Not a file of the repository, where Nx would take the image for one of its own. */
async function writeProject(copy: string, { name, dependencies }: SmallImage): Promise<void> {
  const sanitizer = name.endsWith('-tsan') ? 'thread' : null;
  const tracks = sanitizer === null ? [] : ['3.13t', '3.14t'];
  const workflow = `docker_image_${name.replaceAll('-', '_')}.yml`;
  const project = {
    name,
    projectType: 'application',
    tags: ['type:image'],
    implicitDependencies: ['recipes-common', ...dependencies],
    targets: Object.fromEntries(
      ['build', 'verify', 'publish'].map((it) => [it, { executor: `@pysan/nx-image:${it}` }]),
    ),
    metadata: { description: 'for tests', pysan: { sanitizer, tracks, workflow } },
  };
  await writeFile(path.join(copy, 'images', name, 'project.json'), JSON.stringify(project));
}
