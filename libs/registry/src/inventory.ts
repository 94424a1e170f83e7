/**
 * What a repository holds, and how things are taken out of it. A registry by the specification lists tags only, so the rest
 * is found by walking; GHCR (packages.ts of libs/github) lists everything, and deletes by that list alone. One shape for both.
 */
import { UpstreamError } from '@pysan/model';

import { type Manifest, mediaTypes } from './manifest.ts';
import { listReferrers } from './referrers.ts';
import { deleteManifest, describe, getManifest, headManifest, putManifest, type Repository } from './repository.ts';
import { listTags } from './tags.ts';
import { putBlob } from './upload.ts';

export interface Listed {
  readonly digest: string;
  readonly tags: readonly string[];
  /** ISO time of its arrival; absent where the registry does not tell. */
  readonly arrived?: string;
  /** Where it had to be read in order to list it. */
  readonly manifest?: Manifest;
}

/** `gone` when it was gone already; `kept` says why the registry will not part with it, whoever asks and how often. */
export type Departure = 'removed' | 'gone' | { readonly kept: string };

export interface Inventory {
  /** Every manifest, in no order. Throws an UpstreamError when one of them cannot be read. */
  readonly list: () => Promise<Listed[]>;
  /** Takes a manifest away with the tags that name it, which are given. Throws an UpstreamError when that fails. */
  readonly remove: (digest: string, tags: readonly string[]) => Promise<Departure>;
}

/** By the distribution API: what tags, indexes and referrers lead to. What nothing leads to is the registry's own to collect. */
export function walkedInventory(repository: Repository): Inventory {
  return { list: () => walk(repository), remove: (digest, tags) => removeWith(repository, digest, tags) };
}

async function removeWith(repository: Repository, digest: string, tags: readonly string[]): Promise<Departure> {
  const isRemoved = await deleteManifest(repository, digest);
  // Some keep the tags of what was removed, and even give it out by them.
  for (const tag of tags) {
    if ((await headManifest(repository, tag)) === digest) {
      await deleteManifest(repository, tag);
    }
  }
  return isRemoved ? 'removed' : 'gone';
}

async function walk(repository: Repository): Promise<Listed[]> {
  const found = new Map<string, { manifest: Manifest; tags: Set<string> }>();
  const visit = async (reference: string, tags: readonly string[]): Promise<void> => {
    const manifest = found.has(reference) ? undefined : await getManifest(repository, reference);
    // Who deletes meanwhile, or lists what is gone, leads nowhere.
    if (manifest === undefined) {
      return;
    }
    const isNew = !found.has(manifest.digest);
    const entry = found.get(manifest.digest) ?? { manifest, tags: new Set() };
    tags.forEach((tag) => entry.tags.add(tag));
    found.set(manifest.digest, entry);
    if (isNew) {
      await Promise.all((await findNext(repository, manifest)).map((digest) => visit(digest, [])));
    }
  };
  const [first, ...others] = await listTags(repository);
  // The first alone, to learn whether there is a referrers API before everything is asked for it.
  await (first === undefined ? undefined : visit(first, [first]));
  await Promise.all(others.map((tag) => visit(tag, [tag])));
  return [...found].map(([digest, { manifest, tags }]) => ({ digest, tags: [...tags], manifest }));
}

async function findNext(repository: Repository, { digest, json }: Manifest): Promise<string[]> {
  const children = (json.manifests ?? []).map((it) => it.digest);
  // Without the API they are the children of an index, which has a tag; and nothing refers to what itself refers.
  const isKnown = repository.hasReferrersApi === false || json.subject !== undefined;
  const referrers = isKnown ? [] : await listReferrers(repository, digest);
  return [...children, ...referrers.map((it) => it.digest)];
}

const emptyBlob = Buffer.from('{}');

/**
 * Takes one tag away, and nothing else that the tag names: it is first moved to a manifest of its own, which is then removed.
 * There is no other way on GHCR, and elsewhere deleting by tag may delete what it names.
 */
export async function removeTag(repository: Repository, inventory: Inventory, tag: string): Promise<void> {
  const config = { mediaType: mediaTypes.empty, digest: await putBlob(repository, emptyBlob), size: emptyBlob.length };
  const annotations = { 'org.pysan.removed-tag': tag };
  const json = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [config], annotations };
  const bytes = Buffer.from(JSON.stringify(json));
  const digest = await putManifest(repository, { bytes, mediaType: mediaTypes.manifest }, tag);
  await inventory.remove(digest, [tag]);
  if ((await headManifest(repository, tag)) === digest) {
    throw new UpstreamError(
      `${describe(repository, `the tag ${tag}`)} cannot be removed: it names an empty manifest now.`,
    );
  }
}
