/** Source trees for tests: those of the locked releases, as the recipes fetch them, each made into a git repository. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findCaBundle } from '@pysan/http';
import { execa } from 'execa';

import { root } from './pysan.ts';

const caches = '--mount=type=cache,id=pysan-sources,target=/sources --mount=type=secret,id=ca,required=false';

/** Recipes of `cpython:latest`'s Dockerfile and of numpy-tsan's, with their defaults. */
const dockerfile = `
FROM cpython:3.13.5t
COPY images/recipes /recipes
ENV sources=/sources record=/tmp/record.json library=numpy
ARG python_version
ARG python_pin
ARG numpy_version
ARG numpy_pin
RUN ${caches} mkdir -p /out/cpython /out/numpy && \\
  release=\${python_version%t} pin=\${python_pin#*=} source=/out/cpython /recipes/cpython/fetch-release && \\
  version=$numpy_version pin=\${numpy_pin#*=} source=/out/numpy /recipes/library/fetch-release
`;

/** CPython 3.13.5 and numpy 2.4.6 in the folders `cpython` and `numpy` of a temporary folder, each committed on `main`. */
export async function exportSources(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-sources-'));
  const bundle = findCaBundle(process.env);
  const secret = bundle === undefined ? [] : [`--secret=id=ca,src=${bundle}`];
  const pins = (await defaultsOf('cpython')).concat(await defaultsOf('numpy-tsan'));
  const args = ['build', '--quiet', ...pins, ...secret, '--file=-', '.'];
  const { stdout: image } = await execa('docker', args, { cwd: root, input: dockerfile });
  await copyOut(image, folder);
  for (const name of ['cpython', 'numpy']) {
    await initialiseSources(path.join(folder, name));
  }
  return folder;
}

/** Makes a repository of a folder, all of it committed on `main`. */
export async function initialiseSources(folder: string): Promise<void> {
  await execa('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  // An sdist holds files that its own .gitignore names.
  await execa('git', ['add', '--all', '--force'], { cwd: folder });
  await commit(folder, 'as released');
}

/** Not by an output of the build, which never ends every so often: https://github.com/moby/buildkit/issues/2950 */
async function copyOut(image: string, folder: string): Promise<void> {
  const { stdout: container } = await execa('docker', ['create', image]);
  try {
    await execa('docker', ['cp', '--quiet', `${container}:/out/.`, folder]);
  } finally {
    await execa('docker', ['rm', container]);
    await execa('docker', ['rmi', image]);
  }
}

async function defaultsOf(image: string): Promise<string[]> {
  const { stdout } = await execa(
    'grep',
    ['-hoE', '^ARG (python|numpy)_(version|pin)=.*', `images/${image}/Dockerfile`],
    {
      cwd: root,
    },
  );
  return stdout.split('\n').map((line) => line.replace('ARG ', '--build-arg='));
}

/** Commits all changes of a repository and answers the commit. */
export async function commit(repository: string, message: string): Promise<string> {
  const identity = ['-c', 'user.name=pysan', '-c', 'user.email=pysan@example.org'];
  await execa('git', [...identity, 'commit', '--quiet', '--all', '--allow-empty', `--message=${message}`], {
    cwd: repository,
  });
  return headOf(repository);
}

/** The commit that is checked out. */
export async function headOf(repository: string): Promise<string> {
  return (await execa('git', ['rev-parse', 'HEAD'], { cwd: repository })).stdout;
}
