/**
 * Puts together what one build is made of. Pure: file hashes, releases and the builds that it is made from come in.
 *
 * A Dockerfile says by its ARG lines what it uses, and only that goes into its inputs: a new numpy
 * does not rename cpython.
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

/** What a request comes down to, for the whole chain. */
export interface Resolution {
  readonly platform: string;
  readonly python: PythonTag;
  /** Digest or package list that identifies the base image. */
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
  /** Path → `<mode> <sha256>` of its Dockerfile and of what that COPYs. */
  readonly files: Readonly<Record<string, string>>;
}

/** Values of the build arguments that a Dockerfile declares, as far as a resolution gives them. */
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
    // A hyphen may not stand in the name of a build argument.
    const name = component.replaceAll('-', '_');
    return [[`${name}_version`, version], ...originArguments(name, release)];
  }
  // The folder of the interpreter is named by its Python tag, so the commit has an argument of its own.
  const atCommit: [string, string][] = commit === undefined ? [] : [['python_commit', commit]];
  const tag = formatPythonTag({ version, freeThreaded, dev });
  return [['python_version', tag], ...atCommit, ...originArguments('python', release)];
}

/**
 * `<name>_pin` is `2.4.6=<sha256>`, or empty: recipes use the sha256 for that version only, so that plain docker
 * can name another one.
 */
function originArguments(name: string, { version, sha256, repository }: Release): [string, string][] {
  const pin = sha256 === undefined ? '' : `${version}=${sha256}`;
  return [
    [`${name}_pin`, pin],
    ...(repository === undefined ? [] : [[`${name}_repository`, repository] as [string, string]]),
  ];
}

/** The build of an image; those that it is made from are among `builds`. Without a parent it starts from the base. */
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
    // Whether a release is locked does not change what is built; where a commit is from is in the arguments.
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
