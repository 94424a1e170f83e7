/**
 * The values that stand as defaults in the Dockerfiles, so that plain `docker build` makes what the lock says. Pure.
 *
 * They fit together: the default Python, and of each library the newest locked release that supports it. An image
 * whose library does not support that Python gets the library's newest.
 */
import { ConfigError, type PythonTag, type Release } from '@pysan/model';
import { buildArgsOf, requirementsFor } from '@pysan/planning';
import {
  archivesOfDebian,
  defaultCandidates,
  isStable,
  type Locks,
  newest,
  packagesOfDebian,
  supports,
  writtenDefault,
} from '@pysan/versions';

/** The text of a Dockerfile with locked values as defaults of those of its ARGs that the lock has a value for. */
export function withDefaults(text: string, locks: Locks): string {
  const values = defaultArguments(argNamesOf(text), locks);
  return text.replaceAll(argLine, (line, name: string) =>
    values[name] === undefined ? line : `ARG ${name}=${values[name]}`,
  );
}

// An ARG without a default is one whose absence means something.
const argLine = /^ARG (\w+)=\S+$/gm;

function argNamesOf(text: string): string[] {
  return [...text.matchAll(argLine)].map((match) => match[1] ?? '');
}

function defaultArguments(names: readonly string[], locks: Locks): Record<string, string> {
  const python = defaultPython(locks);
  const resolution = {
    platform: '',
    baseIdentity: '',
    python,
    releases: defaultReleases(python, locks),
    requirements: requirementsFor(locks, python),
  };
  return { ...repositories(locks), ...buildArgsOf(names, resolution) };
}

function defaultPython({ cpython, numpy, debian }: Locks): PythonTag {
  const found = writtenDefault(defaultCandidates(cpython.releases, [numpy.releases]), debian.suite);
  if (found === undefined) {
    throw new ConfigError('versions/cpython/lock.json', ['no stable release that numpy supports free-threaded']);
  }
  return { version: found.version, freeThreaded: true, dev: false };
}

function defaultReleases(python: PythonTag, locks: Locks): Release[] {
  const { cpython, numpy, scipy, packages } = locks;
  const libraries = [numpy, scipy, ...Object.values(packages)].map(({ component, releases }) => {
    const stable = releases.filter(({ version }) => isStable(version));
    return { component, release: newest(stable.filter((release) => supports(release, python))) ?? newest(stable) };
  });
  const chosen = [
    { component: 'cpython', release: cpython.releases.find(({ version }) => version === python.version) },
    ...[...archivesOfDebian, ...packagesOfDebian].map((component) => ({
      component,
      release: newest(locks[component].releases),
    })),
    ...libraries,
  ];
  return chosen.flatMap(({ component, release }) =>
    release === undefined ? [] : [{ component, version: release.version, sha256: release.sha256, locked: true }],
  );
}

function repositories({ cpython, numpy, scipy }: Locks): Record<string, string> {
  return {
    python_repository: cpython.repository,
    numpy_repository: numpy.repository,
    scipy_repository: scipy.repository,
  };
}
