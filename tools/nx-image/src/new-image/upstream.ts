/** Reads the facts for a new image from upstream: the releases of its package, and its run-time dependencies. */
import { openEngine, runContainer } from '@pysan/engine';
import { findCaBundle } from '@pysan/http';
import { EngineError, UpstreamError } from '@pysan/model';
import { findIndex, listLibraryFiles, releaseIn, versionsIn } from '@pysan/sources';
import type { LibraryRelease } from '@pysan/versions';

/** The buildable releases of a package: with an sdist, and wheels for some Python. Throws an UpstreamError if the index does not answer. */
export async function fetchReleases(component: string): Promise<LibraryRelease[]> {
  const files = await listLibraryFiles(component, await findIndex(process.env));
  return versionsIn(files, component).flatMap((version) => {
    const found = releaseIn(files, component, version);
    return 'release' in found ? [found.release] : [];
  });
}

/** The image with the tools, as versions/tools/compile uses it. */
const tools = 'cpython';

/**
 * The run-time dependencies of a release as a requirements file with hashes, without itself and without `present`. uv resolves
 * them in the local cpython image, for the oldest series. Throws an EngineError if there is no such image.
 */
export async function resolveRequirements(
  component: string,
  { version }: LibraryRelease,
  present: readonly string[],
): Promise<string> {
  await openEngine({ report: (line) => console.error(line) });
  const omitted = [component, ...present].flatMap((name) => ['--no-emit-package', name]);
  const bundle = findCaBundle(process.env);
  const { exitCode, stdout, stderr } = await runContainer(
    {
      image: tools,
      command: [...compile, ...omitted],
      ...(bundle === undefined ? {} : { mounts: [{ source: bundle, target: '/ca' }], env: { SSL_CERT_FILE: '/ca' } }),
    },
    { input: `${component}==${version}\n` },
  ).catch((cause: unknown) => {
    throw new EngineError(
      `The requirements of ${component} are resolved in the image ${tools}: ./pysan build ${tools}`,
      {
        cause,
      },
    );
  });
  if (exitCode !== 0) {
    throw new UpstreamError(`The requirements of ${component} ${version} cannot be resolved:\n${stderr.trim()}`);
  }
  return stdout;
}

const compile = [
  ...['uv', 'pip', 'compile', '-', '--quiet', '--generate-hashes', '--no-emit-index-url', '--no-header'],
  ...['--no-annotate', '--python', '/opt/build-python/bin/python', '--python-version', '3.13'],
  ...['--python-platform', 'linux'],
];
