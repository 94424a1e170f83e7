/** Reads all manifests of a repository, with the facts that retention needs. */
import { isExpected, UpstreamError } from '@pysan/model';
import { readInputs } from '@pysan/planning';
import { type Stored, type StoredImage } from '@pysan/retention';
import {
  createdAnnotation,
  type Descriptor,
  getBlob,
  getManifest,
  type Inventory,
  type Listed,
  type Manifest,
  parseJson,
  type Repository,
} from '@pysan/registry';
import {
  buildIdLabel,
  type Hold,
  holdType,
  type Promotion,
  promotionType,
  readHold,
  readPromotion,
} from '@pysan/tagging';

import { isImageConfig, readConfig } from './read-named.ts';

interface Entry {
  readonly manifest: StoredImage['manifests'][number];
  readonly promotions?: readonly Promotion[];
  readonly holds?: readonly Hold[];
}

/** Every manifest of a repository. Content that cannot be read is marked as such. Throws an UpstreamError without a list. */
export async function readStored(repository: Repository, image: string, inventory: Inventory): Promise<StoredImage> {
  const listed = await inventory.list();
  const entries = await Promise.all(listed.map((it) => readEntry(repository, it)));
  return {
    image,
    manifests: entries.map(({ manifest }) => manifest),
    promotions: entries.flatMap(({ promotions = [] }) => promotions),
    holds: entries.flatMap(({ holds = [] }) => holds),
  };
}

async function readEntry(repository: Repository, listed: Listed): Promise<Entry> {
  try {
    const manifest = listed.manifest ?? (await getManifest(repository, listed.digest));
    return await toEntry(repository, listed, manifest ?? fail('it is listed but missing'));
  } catch (error) {
    if (isExpected(error)) {
      return { manifest: { digest: listed.digest, unreadable: error.message } };
    }
    throw error;
  }
}

function fail(message: string): never {
  throw new UpstreamError(message);
}

async function toEntry(repository: Repository, listed: Listed, manifest: Manifest): Promise<Entry> {
  const { json, digest } = manifest;
  const own: Own = isImageConfig(json.config) ? await readOwn(repository, json.config) : {};
  const created = newestOf([own.created, json.annotations?.[createdAnnotation], listed.arrived]);
  const stored: Stored = {
    digest,
    tags: listed.tags,
    children: (json.manifests ?? []).map((it) => it.digest),
    ...(created === undefined ? {} : { created }),
    ...(json.subject === undefined ? {} : { subject: json.subject.digest }),
    ...own.build,
  };
  return { manifest: stored, ...(await readRecord(repository, json)) };
}

interface Own {
  readonly created?: string | undefined;
  readonly build?: Pick<Stored, 'buildId' | 'madeFrom'>;
}

/** Reads an image's labels. An image that pysan did not make names no build; its tags and age decide about it. */
async function readOwn(repository: Repository, config: Descriptor): Promise<Own> {
  const { created, labels } = readConfig(await getBlob(repository, config)) ?? fail('its config cannot be read');
  if (labels[buildIdLabel] === undefined) {
    return { created, build: {} };
  }
  const { buildId, inputs } = readInputs(labels);
  const madeFrom = [inputs.parent, ...Object.values(inputs.takes ?? {})].filter((id) => id !== undefined);
  return { created, build: { buildId, ...(madeFrom.length === 0 ? {} : { madeFrom }) } };
}

/** The time of its creation or its arrival, whichever was later: some builds say 1970. */
function newestOf(times: readonly (string | undefined)[]): string | undefined {
  const known = times.flatMap((time) => Date.parse(time ?? '')).filter(Number.isFinite);
  return known.length === 0 ? undefined : new Date(Math.max(...known)).toISOString();
}

async function readRecord(repository: Repository, json: Manifest['json']): Promise<Partial<Entry>> {
  const subject = json.subject?.digest;
  if (subject === undefined || (json.artifactType !== promotionType && json.artifactType !== holdType)) {
    return {};
  }
  const layer = json.layers?.[0] ?? fail('it is marked as a record but contains none');
  const document = parseJson((await getBlob(repository, layer)) ?? fail('the record that it refers to is gone'));
  return json.artifactType === promotionType
    ? { promotions: [readPromotion(subject, document)] }
    : { holds: [readHold(subject, document)] };
}
