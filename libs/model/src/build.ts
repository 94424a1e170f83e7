/** A build: one image at one Python tag with every input resolved. */
import type { Image } from './image.ts';
import { formatPythonTag, localSuffix, type PythonTag } from './python-tag.ts';

/** 64 hex digits: sha256 of everything that goes into a build. */
export type BuildId = string;

/** One release of a component, as it counts for the build id. */
export interface Source {
  readonly component: string;
  readonly version: string;
  /** sha256 of its source archive; absent for Debian packages, which apt checks by its own signatures. */
  readonly sha256?: string;
  /** Full commit, where it comes from git. */
  readonly commit?: string;
  /** sha256 of the files, where it is a source tree of the user's own. */
  readonly tree?: string;
}

/** A release, commit or tree and where pysan knows it from. */
export interface Release extends Source {
  /** False when it was looked up upstream because the lock does not hold it. */
  readonly locked: boolean;
  /** Where a commit is fetched from. */
  readonly repository?: string;
}

/** Everything that the build id stands for; recorded beside it, so that two ids can be compared. */
export interface BuildInputs {
  readonly schema: 1;
  readonly platform: string;
  /** Path in the context → `<mode> <sha256>` of the Dockerfile and of each file that it COPYs. */
  readonly files: Readonly<Record<string, string>>;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Build id of the parent; absent for the first of the chain. */
  readonly parent?: BuildId;
  /** Build id of each image that it takes files from, by name; absent for none. */
  readonly takes?: Readonly<Record<string, BuildId>>;
  /** Identity of the base image: only for the first of the chain. */
  readonly base?: string;
  readonly releases: readonly Source[];
  /** How often somebody has asked for a build from scratch of the same inputs; absent for never. */
  readonly rebuild?: number;
}

export interface Build {
  readonly image: Image;
  /** Absent for an image below the first Python. */
  readonly python?: PythonTag;
  /** Releases of this image and of all that it is made from: what is inside. */
  readonly contents: readonly Release[];
  readonly inputs: BuildInputs;
  readonly id: BuildId;
}

/** True when a source tree of the user's own is inside: such an image is for this machine only. */
export function isLocal({ contents }: Pick<Build, 'contents'>): boolean {
  return contents.some(({ tree }) => tree !== undefined);
}

/** The tag that says which Python is inside, `3.13.5t`, or `3.13.5t-local` with a tree of the user's own; undefined without Python. */
export function pythonTagOf(build: Pick<Build, 'python' | 'contents'>): string | undefined {
  const { python } = build;
  return python === undefined ? undefined : `${formatPythonTag(python)}${isLocal(build) ? localSuffix : ''}`;
}

/** The immutable local reference of a build, which children are built FROM: `numpy-tsan:3.13.5t-b0123456789ab`. */
export function referenceOf(build: Pick<Build, 'image' | 'python' | 'id' | 'contents'>): string {
  const tag = pythonTagOf(build);
  const suffix = buildName(build.id);
  return `${build.image.name}:${tag === undefined ? suffix : `${tag}-${suffix}`}`;
}

/** The short name of a build in tags: `b` and 12 digits of its id. */
export function buildName(id: BuildId): string {
  return `b${id.slice(0, 12)}`;
}

/** The version of a component inside a build; undefined when it holds none. */
export function versionOf({ contents }: Pick<Build, 'contents'>, component: string): string | undefined {
  return contents.find((release) => release.component === component)?.version;
}
