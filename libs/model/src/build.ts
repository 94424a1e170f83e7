/** A build: one image at one Python tag with every input resolved. */
import type { Image } from './image.ts';
import { formatPythonTag, localSuffix, type PythonTag } from './python-tag.ts';

/** 64 hex digits: the sha256 of all inputs of a build. */
export type BuildId = string;

/** One release of a component, as an input of the build id. */
export interface Source {
  readonly component: string;
  readonly version: string;
  /** sha256 of its source archive; absent for Debian packages, which apt checks by signature. */
  readonly sha256?: string;
  /** Full commit, for a source from git. */
  readonly commit?: string;
  /** sha256 of the files, for the user's own source tree. */
  readonly tree?: string;
}

/** A release, commit or tree, and its origin. */
export interface Release extends Source {
  /** False if it was looked up upstream because the lock lacks it. */
  readonly locked: boolean;
  /** The repository of a commit. */
  readonly repository?: string;
}

/** All inputs of the build id. They are recorded with it, so that two ids can be compared. */
export interface BuildInputs {
  readonly schema: 1;
  readonly platform: string;
  /** Path in the context → `<mode> <sha256>` of the Dockerfile and of each file that it COPYs. */
  readonly files: Readonly<Record<string, string>>;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Build id of the parent; absent for the first image of the chain. */
  readonly parent?: BuildId;
  /** Build ids of the images that it takes files from, by name; absent for none. */
  readonly takes?: Readonly<Record<string, BuildId>>;
  /** Identity of the base image; only for the first image of the chain. */
  readonly base?: string;
  readonly releases: readonly Source[];
  /** How often a rebuild from the same inputs was requested; absent for never. */
  readonly rebuild?: number;
}

export interface Build {
  readonly image: Image;
  /** Absent for an image without a Python. */
  readonly python?: PythonTag;
  /** The releases inside: those of this image and of all images that it is made from. */
  readonly contents: readonly Release[];
  readonly inputs: BuildInputs;
  readonly id: BuildId;
}

/** True if the image contains a user's own source tree. Such an image is for this machine only. */
export function isLocal({ contents }: Pick<Build, 'contents'>): boolean {
  return contents.some(({ tree }) => tree !== undefined);
}

/** The tag for the Python inside, `3.13.5t`, or `3.13.5t-local` with a user's own source tree; undefined without a Python. */
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

/** The version of a component inside a build; undefined if it has none. */
export function versionOf({ contents }: Pick<Build, 'contents'>, component: string): string | undefined {
  return contents.find((release) => release.component === component)?.version;
}
