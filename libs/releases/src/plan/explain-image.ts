/** Collects what a registry has for an image, and compares it with the build that this repository would make. */
import { type Build, type BuildInputs, isExpected, UsageError } from '@pysan/model';
import { type Found, type Planned, readInputs } from '@pysan/planning';
import { describe, type Repository } from '@pysan/registry';
import { pythonLabel } from '@pysan/tagging';
import { withIssues } from '@pysan/verification';
import { findOwnTests, readImages, readKnownFindings } from '@pysan/workspace';

import { judgePublished, type Part } from './read-plan.ts';
import { type ImageRecord, readImageRecord } from '../published.ts';
import { settle } from '../settle.ts';
import type { ReadSignature } from '../signature.ts';
import { withSignatures } from '../signatures.ts';
import { readStanding } from '../standing.ts';
import { judgeSignature, type SignatureJudgement } from '../trust.ts';

export interface Explanation {
  readonly record: ImageRecord;
  /** Its inputs, or why they cannot be read. */
  readonly made: { readonly buildId: string; readonly inputs: BuildInputs } | { readonly unreadable: string };
  /** Name of the image that it was built FROM. */
  readonly parent: string | undefined;
  /** Whether this checkout trusts its signature; undefined if it has none. */
  readonly trusted: SignatureJudgement | undefined;
  /** The plan for the build that this repository would make now; undefined if it has no such image. */
  readonly judgement: Planned | undefined;
  /** Whether this repository has tests of upstream's for it, whose findings are its baseline. */
  readonly hasOwnTests: boolean;
}

interface Named {
  readonly repository: Repository;
  readonly image: string;
  readonly tag: string | undefined;
  /** A tag or a digest. */
  readonly reference: string;
}

/** Throws a UsageError if there is no such image. */
export function explainImage(root: string, named: Named): Promise<Explanation> {
  const { registry, name } = named.repository;
  return withSignatures(root, { host: registry.host, path: name }, (read) => explain(root, named, read));
}

async function explain(
  root: string,
  { repository, image, tag, reference }: Named,
  readSignature: ReadSignature,
): Promise<Explanation> {
  const record = await readImageRecord(repository, reference, readSignature);
  if (record === undefined) {
    throw new UsageError(`There is no ${describe(repository, reference)}.`);
  }
  const made = readMade(record);
  const known = (await readImages(root)).get(image);
  const target = { repository, name: `${repository.registry.host}/${repository.name}` };
  const find = async (build: Build): Promise<Found> => {
    const found = 'unreadable' in made ? made : { ...made, digest: record.digest };
    return 'unreadable' in found || found.buildId !== build.id
      ? found
      : settle(readStanding(target, build, record, readSignature).then((it) => ({ ...found, ...it })));
  };
  const judgement = known === undefined ? undefined : await judgePublished(root, partOf(image, tag, record), find);
  const trusted =
    record.signatures.length === 0
      ? undefined
      : await judgeSignature(root, readSignature, `${target.name}@${record.digest}`);
  const hasOwnTests = (await findOwnTests(root, image)) !== undefined;
  return { record: await addIssues(root, record), made, parent: known?.parent, trusted, judgement, hasOwnTests };
}

/** Upstream's issues, as this checkout knows them by now. */
async function addIssues(root: string, record: ImageRecord): Promise<ImageRecord> {
  const { baseline } = record;
  return baseline === undefined ? record : { ...record, baseline: withIssues(baseline, await readKnownFindings(root)) };
}

function readMade({ labels }: ImageRecord): Explanation['made'] {
  try {
    return readInputs(labels);
  } catch (error) {
    if (isExpected(error)) {
      return { unreadable: error.message };
    }
    throw error;
  }
}

/** The Python tag in a public tag: `3.14.3t` for `3.14.3t-numpy2.5.5` and `3.14.3t-b0123456789ab`. */
function partOf(image: string, tag: string | undefined, { labels }: ImageRecord): Part {
  const python = labels[pythonLabel];
  const asked = /^\d+\.\d[\da-z.]*(?:-dev)?(?=-|$)/.exec(tag ?? '')?.[0];
  return { image, tag: python === undefined ? undefined : (asked ?? python) };
}
