/** The public tags of a build, each with its reason. The guard decides whether a moving tag may move. */
import {
  type Build,
  buildName,
  formatPythonTag,
  type PythonTag,
  seriesTag,
  type Source,
  versionOf,
} from '@pysan/model';
import { isLibrary, isStable, toSemver } from '@pysan/versions';

export interface Tag {
  readonly tag: string;
  /** A moving tag moves to newer builds. Any other tag names the same bytes for ever. */
  readonly moves: boolean;
  readonly reason: string;
}

/** The facts that determine the tags of a build. */
export interface Tagged {
  /** Undefined for an image without a Python. */
  readonly python: PythonTag | undefined;
  /** The release that the image adds to the images that it is made from. */
  readonly adds: readonly Source[];
  /** Debian version of LLVM: `1:22.1.8-1`. */
  readonly llvm: string | undefined;
  /** `b0123456789ab` */
  readonly name: string;
  /** Day and commit of CPython's development branch: `20261125-0123456789ab`. */
  readonly snapshot?: string;
}

/** The facts that determine the tags of a build. `day` is the day of its publication, as `yyyymmdd`. */
export function taggedOf(build: Build, day: string): Tagged {
  const { image, python, contents, id } = build;
  const commit = contents.find(({ component }) => component === 'cpython')?.commit;
  return {
    python,
    adds: contents.filter(({ component }) => image.components.includes(component)),
    llvm: versionOf(build, 'debian'),
    name: buildName(id),
    ...(commit === undefined ? {} : { snapshot: `${day}-${commit.slice(0, 12)}` }),
  };
}

/** The immutable public tag of a build: `3.14.3t-b0123456789ab`, or `b0123456789ab` without a Python. */
export function buildTagOf({ python, id }: Pick<Build, 'python' | 'id'>): string {
  return buildTag(python, buildName(id));
}

function buildTag(python: PythonTag | undefined, name: string): string {
  return python === undefined ? name : `${formatPythonTag(python)}-${name}`;
}

const incoming = 'incoming-';

/**
 * Names the push of a build until that is signed; the tag has no other meaning. Each build has its own, because an engine
 * pushes what the name means at that moment, and another process may push another build from the same engine.
 */
export function incomingTagOf(build: Pick<Build, 'python' | 'id'>): string {
  return `${incoming}${buildTagOf(build)}`;
}

export function isIncomingTag(tag: string): boolean {
  return tag.startsWith(incoming);
}

/** The public tags. Moving tags come first. */
export function publicTagsOf(tagged: Tagged): readonly Tag[] {
  const { python, name } = tagged;
  const build = immutable(buildTag(python, name), 'this exact build');
  if (python === undefined) {
    return [...llvmTags(tagged), build];
  }
  const tag = formatPythonTag(python);
  return python.dev ? [...branchTags(tag, tagged), build] : [...releaseTags(tag, python, tagged), build];
}

function llvmTags({ llvm = '' }: Tagged): Tag[] {
  const major = /^(?:\d+:)?(\d+)\./.exec(llvm)?.[1];
  return major === undefined ? [] : [moving(`llvm${major}`, `the newest build with LLVM ${major}`)];
}

function releaseTags(tag: string, python: PythonTag, { adds }: Tagged): Tag[] {
  const libraries = adds.filter(({ component, version }) => isLibrary(component) && toSemver(version) !== undefined);
  return [
    moving(tag, `the newest build of Python ${tag}`),
    ...seriesTags(python),
    ...libraries.map(({ component, version }) =>
      moving(`${tag}-${component}${version}`, `that Python with the ${component} that this image adds`),
    ),
  ];
}

/** The tag of a series. It never moves to a pre-release: users of a series want a final release. */
export function seriesTags(python: PythonTag): Tag[] {
  if (!isStable(python.version)) {
    return [];
  }
  const series = formatPythonTag(seriesTag(python));
  return [moving(series, `the newest release of Python ${series}: it never goes back to an older one`)];
}

function branchTags(tag: string, { snapshot }: Tagged): Tag[] {
  const dated =
    snapshot === undefined ? [] : [immutable(`${tag}-${snapshot}`, 'that commit of the branch, as built that day')];
  return [moving(tag, 'the newest build of this development branch'), ...dated];
}

function moving(tag: string, reason: string): Tag {
  return { tag, moves: true, reason };
}

function immutable(tag: string, reason: string): Tag {
  return { tag, moves: false, reason: `${reason}: it never moves` };
}

const immutableTag = /^(?:\d+\.\d[\w.]*(?:-dev)?-)?b[\da-f]{12}$|^\d+\.\d+t?-dev-\d{8}-[\da-f]{12}$/;

/** True for an immutable tag of publicTagsOf: `3.14.3t-b0123456789ab`, `3.16t-dev-20261125-0123456789ab`. */
export function isImmutableTag(tag: string): boolean {
  return immutableTag.test(tag);
}
