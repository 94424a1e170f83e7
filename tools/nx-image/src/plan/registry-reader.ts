/**
 * Looks for builds in a registry, each by its tags. A listing may lag behind there, so none is asked for: a build that was
 * just pushed would be made again.
 */
import { type Present, type PresentReader, type Question, readInputs } from '@pysan/planning';
import {
  createdAnnotation,
  describe,
  listReferrers,
  openRepository,
  type Place,
  readAttachment,
  type Referrer,
  type Registry,
  type Repository,
} from '@pysan/registry';
import { holdsOf } from '@pysan/tagging';
import { reportType } from '@pysan/verification';

import { readHolds, readNamed } from '../store/index.ts';
import { readProof } from './proof.ts';

/** Reads the images at a place; each repository is opened once. */
export function registryReader(registry: Registry, { namespace }: Pick<Place, 'namespace'>): PresentReader {
  const repositories = new Map<string, Repository>();
  return (question) => {
    const name = namespace === '' ? question.image : `${namespace}/${question.image}`;
    const repository = repositories.get(name) ?? openRepository(registry, name);
    repositories.set(name, repository);
    return find(repository, question);
  };
}

async function find(repository: Repository, { id, buildTag, publicTag }: Question): Promise<Present | undefined> {
  const image = (await readNamed(repository, buildTag)) ?? (await readNamed(repository, publicTag));
  if (image === undefined) {
    return undefined;
  }
  const present = { digest: image.digest, ...readInputs(image.labels) };
  // Of another build nobody asks what was proven.
  return present.buildId === id ? { ...present, ...(await readStanding(repository, image.digest)) } : present;
}

async function readStanding(repository: Repository, digest: string): Promise<Pick<Present, 'proof' | 'hold'>> {
  const referrers = await listReferrers(repository, digest);
  const hold = holdsOf(await readHolds(repository, digest, referrers)).get(digest);
  const report = newest(referrers.filter(({ artifactType }) => artifactType === reportType));
  const proof = report === undefined ? {} : { proof: await readReport(repository, report) };
  return { ...proof, ...(hold === undefined ? {} : { hold }) };
}

function newest(referrers: readonly Referrer[]): Referrer | undefined {
  const time = ({ annotations }: Referrer): number => Date.parse(annotations[createdAnnotation] ?? '') || 0;
  return referrers.toSorted((left, right) => time(left) - time(right)).at(-1);
}

async function readReport(repository: Repository, report: Referrer): Promise<NonNullable<Present['proof']>> {
  const text = (await readAttachment(repository, report)).toString('utf8');
  return readProof(describe(repository, report.digest), text);
}
