/**
 * What there is already, in an engine or a registry: one shape for both. "Absent" is a value; what cannot be read is
 * kept as such, and is neither absent nor fresh.
 */
import { type Build, type BuildId, type BuildInputs, isExpected, isPlain, UpstreamError } from '@pysan/model';
import { buildIdLabel, buildTagOf, inputsLabel, publicTagsOf, taggedOf } from '@pysan/tagging';
import { z } from 'zod';

import { computeBuildId } from './build-id.ts';
import { type Candidate, isObstacle, keyOf } from './wanted.ts';

/** What is known of the last verification of an image. */
export interface Proof {
  readonly buildId: BuildId;
  readonly checksHash: string;
  readonly verdict: string;
}

/** An image that exists, by what it says of itself. */
export interface Present {
  readonly digest: string;
  readonly buildId: BuildId;
  /** What it was made from. */
  readonly inputs: BuildInputs;
  /** Its last verification; absent when there was none. */
  readonly proof?: Proof;
  /** Why no tag may go to it, when it is on hold. */
  readonly hold?: string;
  /** Why its signature does not count. Then it is somebody else's, and nobody builds on it. */
  readonly foreign?: string;
  /** The public tags that should name it, and name another image or none. */
  readonly lacks?: readonly string[];
}

export type Found = Present | { readonly unreadable: string } | undefined;

/** A build, and what there is under its name. */
export interface FoundBuild {
  readonly build: Build;
  readonly found: Found;
}

/** True for a build that exists as such, and that this factory has made. */
export function isThere({ build, found }: FoundBuild): boolean {
  return found !== undefined && 'buildId' in found && found.buildId === build.id && found.foreign === undefined;
}

/** What a reader is asked for: the image under a build's id or, where there is none, what its tag names now. */
export interface BuildQuery {
  readonly image: string;
  /** `3.14t`; undefined for an image below the first Python. */
  readonly tag: string | undefined;
  readonly id: BuildId;
  readonly build: Build;
  /** The public tag of that build alone: `3.14.3t-b0123456789ab`. */
  readonly buildTag: string;
  /** The public tag that moves to it: `3.14t`, `llvm21`. */
  readonly publicTag: string;
}

/** Looks for an image: undefined when there is none; throws one of our errors when it cannot tell. */
export type PresentReader = (query: BuildQuery) => Promise<Present | undefined>;

const inputsSchema = z.looseObject({
  schema: z.literal(1),
  platform: z.string(),
  files: z.record(z.string(), z.string()),
  buildArgs: z.record(z.string(), z.string()),
  parent: z.string().optional(),
  takes: z.record(z.string(), z.string()).optional(),
  base: z.string().optional(),
  rebuild: z.number().optional(),
  releases: z.array(z.looseObject({ component: z.string(), version: z.string() })),
});

/** The inputs by an image's labels. UpstreamError when they are not there, or not those that its build id names. */
export function readInputs(labels: Readonly<Record<string, string>>): { buildId: BuildId; inputs: BuildInputs } {
  const buildId = labels[buildIdLabel] ?? unreadable(`it has no label ${buildIdLabel}`);
  const parsed = inputsSchema.safeParse(parseJson(labels[inputsLabel] ?? ''));
  if (!parsed.success) {
    unreadable(`its label ${inputsLabel} does not hold the inputs of a build`);
  }
  const inputs = parsed.data as BuildInputs;
  if (computeBuildId(inputs) !== buildId) {
    unreadable(`its labels ${buildIdLabel} and ${inputsLabel} contradict each other`);
  }
  return { buildId, inputs };
}

/** Undefined for what is no JSON, and for what has a text in it that would make lines of its own where it is printed. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isPlain(textsIn(value).join('')) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textsIn(value: unknown): string[] {
  return typeof value === 'string'
    ? [value]
    : Object.entries(Object(value) as object)
        .flat()
        .flatMap(textsIn);
}

function unreadable(message: string): never {
  throw new UpstreamError(message);
}

/** What was found for each candidate, by its key; each is asked for once. Only errors of our own kinds are answers. */
export async function readPresent(
  candidates: readonly Candidate[],
  read: PresentReader,
): Promise<ReadonlyMap<string, Found>> {
  const entries = candidates.map(async ({ image, tag, build }): Promise<[string, Found]> => {
    const found = isObstacle(build) ? undefined : await readOne(queryFor(build, tag), read);
    return [keyOf({ image, tag }), found];
  });
  return new Map(await Promise.all(entries));
}

function queryFor(build: Build, tag: string | undefined): BuildQuery {
  // The day is in tags that nobody asks for.
  const [first] = publicTagsOf(taggedOf(build, ''));
  const buildTag = buildTagOf(build);
  return { image: build.image.name, tag, id: build.id, build, buildTag, publicTag: tag ?? first?.tag ?? buildTag };
}

async function readOne(query: BuildQuery, read: PresentReader): Promise<Found> {
  try {
    return await read(query);
  } catch (error) {
    if (isExpected(error)) {
      return { unreadable: error.message };
    }
    throw error;
  }
}
