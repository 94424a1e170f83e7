/** The lock: which releases may be built, as `versions/<component>/lock.json` holds them. */
import { ConfigError } from '@pysan/model';
import { z } from 'zod';

import { toSemver } from './pep440.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits');
const version = z.string().refine((text) => toSemver(text) !== undefined, 'expected a PEP 440 release');
const channelTag = z.string().regex(/^\d+\.\d+t?-dev$/, 'expected a development branch such as 3.16t-dev');
const trackTag = z.string().regex(/^\d+\.\d+t?$/, 'expected a series such as 3.14 or 3.14t');

/** Where upstream develops: an address that git clones from. */
const repository = z.url();

const cpythonLock = z.strictObject({
  component: z.literal('cpython'),
  repository,
  /** The development branches that can be built, by their Python tag. */
  channels: z.array(z.strictObject({ tag: channelTag, branch: z.string() })),
  releases: z.array(
    z.strictObject({
      version,
      /** sha256 of `Python-<version>.tar.xz`. */
      sha256,
      /** The Debian source package that carries the same tarball, and the suite that it was seen in. */
      debian: z.strictObject({ package: z.string(), suite: z.string() }).optional(),
    }),
  ),
});

const libraryRelease = z.strictObject({
  version,
  /** sha256 of the sdist. */
  sha256,
  /** File name of the sdist in the package index. */
  file: z.string(),
  /** The Python tags whose ABI upstream publishes wheels for. */
  pythonTags: z.array(trackTag).min(1),
});

// `branch` goes with the development branches of CPython.
const libraryLock = { repository, branch: z.string(), releases: z.array(libraryRelease) };
const numpyLock = z.strictObject({ component: z.literal('numpy'), ...libraryLock });
const scipyLock = z.strictObject({ component: z.literal('scipy'), ...libraryLock });

// Of any other library only its releases are known: it has no development branch.
const packageLock = z.strictObject({ component: z.string(), releases: z.array(libraryRelease).min(1) });

const debianSource = z.strictObject({
  version,
  /** sha256 of the source archive. */
  sha256,
  /** Path of the archive below a Debian mirror. */
  path: z.string(),
});

function archiveLock<C extends string>(component: C) {
  return z.strictObject({ component: z.literal(component), releases: z.array(debianSource).min(1) });
}

// Debian's own version, its patches included: a security update may be nothing else.
const debianPackage = debianSource.extend({
  version: z.string().regex(/^(\d+:)?\d[\w.+~-]*$/, 'expected a Debian version'),
});

function packageSourceLock<C extends string>(component: C) {
  return z.strictObject({ component: z.literal(component), releases: z.array(debianPackage).length(1) });
}

const debianLock = z.strictObject({
  component: z.literal('debian'),
  suite: z.string(),
  image: z.string(),
  /** Digest of the base image; null until it was resolved online. */
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'expected a sha256 digest')
    .nullable(),
  /** Version of the Debian packages of LLVM. */
  llvm: z.string(),
});

const requirementsOf = z.object({ default: z.string() }).catchall(z.string());

const toolsLock = z.strictObject({
  /**
   * For each set of tools the requirements file of each Python tag that needs its own, and the default. Beside the tools of
   * all images there may be sets that one library is built with, named after it.
   */
  requirements: z.object({ tools: requirementsOf, test: requirementsOf }).catchall(requirementsOf),
});

const schemas = {
  cpython: cpythonLock,
  numpy: numpyLock,
  scipy: scipyLock,
  openblas: archiveLock('openblas'),
  lapack: archiveLock('lapack'),
  openssl: packageSourceLock('openssl'),
  libffi: packageSourceLock('libffi'),
  zlib: packageSourceLock('zlib'),
  bzip2: packageSourceLock('bzip2'),
  'xz-utils': packageSourceLock('xz-utils'),
  libzstd: packageSourceLock('libzstd'),
  sqlite3: packageSourceLock('sqlite3'),
  debian: debianLock,
  tools: toolsLock,
};

export type Component = keyof typeof schemas;
export type PackageLock = z.infer<typeof packageLock>;
export type Locks = { readonly [C in Component]: z.infer<(typeof schemas)[C]> } & {
  /** The libraries beside numpy and scipy: every other folder of `versions/`, by its name. */
  readonly packages: Readonly<Record<string, PackageLock>>;
};
export type CpythonRelease = Locks['cpython']['releases'][number];
/** A Python library that is built from its sdist, for the Python tags that its upstream supports: `numpy`, `cffi`. */
export type Library = string;
export type LibraryRelease = z.infer<typeof libraryRelease>;
/** An archive of upstream's sources that Debian carries, or the .dsc of a source package, which lists its archives. */
export type DebianSource = z.infer<typeof debianSource>;

/** The components of which Debian carries upstream's archive. */
export const archivesOfDebian = ['openblas', 'lapack'] as const;
/** The components that are compiled with Debian's patches: the source packages of the libraries that an interpreter loads. */
export const packagesOfDebian = ['openssl', 'libffi', 'zlib', 'bzip2', 'xz-utils', 'libzstd', 'sqlite3'] as const;
export type DebianComponent = (typeof archivesOfDebian | typeof packagesOfDebian)[number];

export const components = Object.keys(schemas) as readonly Component[];

/** True for a Python library; false for the interpreter, and for what libraries and interpreter are built with. */
export function isLibrary(component: string): component is Library {
  return component === 'numpy' || component === 'scipy' || !(component in schemas);
}

/** Parses the text of a lock file; a ConfigError lists every problem of it. */
export function parseLock<C extends Component>(component: C, file: string, text: string): Locks[C] {
  return parseConfig<unknown>(schemas[component], file, text) as Locks[C];
}

/** As parseLock, for a library that `components` does not name. */
export function parsePackageLock(component: Library, file: string, text: string): PackageLock {
  return parseConfig(packageLock.extend({ component: z.literal(component) }), file, text);
}

/** Parses a JSON file of the repository by its schema; a ConfigError names the file and lists every problem. */
export function parseConfig<T>(schema: z.ZodType<T>, file: string, text: string): T {
  const { value, problems } = checkConfig(schema, text);
  if (value === undefined) {
    throw new ConfigError(file, problems);
  }
  return value;
}

/** What a JSON file says by its schema, or else everything that is wrong with it. */
export function checkConfig<T>(
  schema: z.ZodType<T>,
  text: string,
): { readonly value?: T; readonly problems: readonly string[] } {
  try {
    const { data, error } = schema.safeParse(JSON.parse(text));
    return error === undefined ? { value: data, problems: [] } : { problems: error.issues.flatMap(describeIssue) };
  } catch (error) {
    return { problems: [`not JSON: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const path = z.core.toDotPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${path === '' ? key : `${path}.${key}`}: unknown key`);
  }
  return [`${path === '' ? 'the file' : path}: ${issue.message}`];
}
