/**
 * The existing images in an engine or a registry, in one type for both. "Absent" is a value. An image that cannot be read is
 * recorded as such, and is neither absent nor fresh.
 */
import { type Build, type BuildId, type BuildInputs, isExpected, isPlain, UpstreamError } from '@pysan/model';
import { buildIdLabel, buildTagOf, inputsLabel, publicTagsOf, taggedOf } from '@pysan/tagging';
import { z } from 'zod';

import { computeBuildId } from './build-id.ts';
import { type Candidate, isObstacle, keyOf } from './wanted.ts';

/** The last verification of an image. */
export interface Proof {
  readonly buildId: BuildId;
  readonly checksHash: string;
  readonly verdict: string;
}

/** An existing image, from its labels. */
export interface Present {
  readonly digest: string;
  readonly buildId: BuildId;
  /** Its recorded inputs. */
  readonly inputs: BuildInputs;
  /** Its last verification; absent when there was none. */
  readonly proof?: Proof;
  /** The reason of its hold, if it is on hold: no tag may move to it. */
  readonly hold?: string;
  /** Why its signature does not count. Then the image is foreign, and nothing is built on it. */
  readonly foreign?: string;
  /** The public tags that should name it, but name another image or none. */
  readonly lacks?: readonly string[];
}

export type Found = Present | { readonly unreadable: string } | undefined;

/** A build, and the image under its name. */
export interface FoundBuild {
  readonly build: Build;
  readonly found: Found;
}

/** True for an existing build that this factory has made. */
export function isThere({ build, found }: FoundBuild): boolean {
  return found !== undefined && 'buildId' in found && found.buildId === build.id && found.foreign === undefined;
}

/** The question to a reader: the image under a build's id or, if there is none, the image that its tag names now. */
export interface BuildQuery {
  readonly image: string;
  /** `3.14t`; undefined for an image without a Python. */
  readonly tag: string | undefined;
  readonly id: BuildId;
  readonly build: Build;
  /** The immutable public tag of that build: `3.14.3t-b0123456789ab`. */
  readonly buildTag: string;
  /** The public tag that moves to it: `3.14t`, `llvm21`. */
  readonly publicTag: string;
}

/** Looks for an image; undefined if there is none. Throws one of pysan's errors if that cannot be told. */
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

/** The inputs in an image's labels. Throws an UpstreamError if they are missing, or do not give its build id. */
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

/** Undefined for text that is not JSON, and for JSON with texts that are not on one line. */
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

/** The image found for each candidate, by its key. Each is asked for once. Only pysan's own errors become results. */
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
  // The day is only in tags that are never requested.
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
