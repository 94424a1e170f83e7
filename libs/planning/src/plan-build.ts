/**
 * Composes the inputs of one build. Pure: file hashes, releases and the builds that it is made from are arguments.
 *
 * The ARG lines of a Dockerfile say what it uses. Only that is an input: a new numpy does not rename cpython.
 */
import {
  type Build,
  type BuildId,
  type BuildInputs,
  formatPythonTag,
  type Image,
  needsOf,
  type PythonTag,
  type Release,
} from '@pysan/model';

import { computeBuildId } from './build-id.ts';

/** The releases and settings that a request means, for the whole chain. */
export interface Resolution {
  readonly platform: string;
  readonly python: PythonTag;
  /** The digest, or the hash of the package list, that identifies the base image. */
  readonly baseIdentity: string;
  /** The releases of the chain, one for each component: `debian` (its LLVM packages), `cpython`, `numpy`. */
  readonly releases: readonly Release[];
  /** Requirements file of each set of Python tools. */
  readonly requirements: Readonly<Record<string, string>>;
}

export interface ImageInputs {
  readonly image: Image;
  /** Names of the ARGs that its Dockerfile declares. */
  readonly argNames: readonly string[];
  /** Path → `<mode> <sha256>` of its Dockerfile and of the files that it COPYs. */
  readonly files: Readonly<Record<string, string>>;
}

/** The values of the build arguments that a Dockerfile declares and a resolution determines. */
export function buildArgsOf(argNames: readonly string[], resolution: Resolution): Record<string, string> {
  const values = argumentValues(resolution);
  return Object.fromEntries(argNames.flatMap((name) => (values.has(name) ? [[name, values.get(name) ?? '']] : [])));
}

function argumentValues({ python, releases, requirements }: Resolution): Map<string, string> {
  const ofReleases = releases.flatMap((release) => releaseArguments(release, python));
  const ofTools = Object.entries(requirements).map(([set, file]): [string, string] => [`${set}_requirements`, file]);
  return new Map([...ofReleases, ...ofTools]);
}

function releaseArguments(release: Release, { freeThreaded, dev }: PythonTag): [string, string][] {
  const { component, version, commit } = release;
  if (component === 'debian') {
    return [['llvm_version', version]];
  }
  if (component !== 'cpython') {
    // The name of a build argument must not contain a hyphen.
    const name = component.replaceAll('-', '_');
    return [[`${name}_version`, version], ...originArguments(name, release)];
  }
  // The folder of the interpreter is named by its Python tag, so the commit has a separate argument.
  const atCommit: [string, string][] = commit === undefined ? [] : [['python_commit', commit]];
  const tag = formatPythonTag({ version, freeThreaded, dev });
  return [['python_version', tag], ...atCommit, ...originArguments('python', release)];
}

/**
 * `<name>_pin` is `2.4.6=<sha256>`, or empty. Recipes only use the sha256 for that version, so that plain docker can name
 * another version.
 */
function originArguments(name: string, { version, sha256, repository }: Release): [string, string][] {
  const pin = sha256 === undefined ? '' : `${version}=${sha256}`;
  return [
    [`${name}_pin`, pin],
    ...(repository === undefined ? [] : [[`${name}_repository`, repository] as [string, string]]),
  ];
}

/** The build of an image. `builds` contains the builds that it is made from. Without a parent it starts from the base. */
export function planBuild(
  { image, argNames, files }: ImageInputs,
  resolution: Resolution,
  builds: readonly Build[] = [],
): Build {
  const needs = needsOf(image).map((name) => requireBuild(builds, name));
  const idOf = (name: string): BuildId => requireBuild(needs, name).id;
  const releases = resolution.releases.filter(({ component }) => image.components.includes(component));
  const contents = onceEach([...needs.flatMap((it) => it.contents), ...releases]);
  const inputs: BuildInputs = {
    schema: 1,
    platform: resolution.platform,
    files,
    buildArgs: buildArgsOf(argNames, resolution),
    ...(image.parent === undefined ? { base: resolution.baseIdentity } : { parent: idOf(image.parent) }),
    ...(image.takes === undefined ? {} : { takes: Object.fromEntries(image.takes.map((it) => [it, idOf(it)])) }),
    // Whether a release is locked does not change the build. The repository of a commit is in the arguments.
    ...(image.rebuild === undefined ? {} : { rebuild: image.rebuild }),
    releases: releases.map(({ locked: _, repository: __, ...source }) => source),
  };
  const python = contents.some(({ component }) => component === 'cpython') ? { python: resolution.python } : {};
  return { image, ...python, contents, inputs, id: computeBuildId(inputs) };
}

function requireBuild(builds: readonly Build[], name: string): Build {
  const build = builds.find(({ image }) => image.name === name);
  if (build === undefined) {
    throw new Error(`${name} has no build, and another is made from it.`);
  }
  return build;
}

function onceEach(releases: readonly Release[]): readonly Release[] {
  return releases.filter(({ component }, index) => releases.findIndex((it) => it.component === component) === index);
}
