/**
 * Lists and removes the manifests of a repository. By the specification a registry only lists tags, so the rest is found by
 * walking from them. GHCR (packages.ts of libs/github) lists everything, and only deletes by that list. Both have one interface.
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
  /** ISO time of its arrival; absent if the registry does not tell. */
  readonly arrived?: string;
  /** Its content, if the listing had to read it. */
  readonly manifest?: Manifest;
}

/** `gone` if it was already gone. `kept` says why the registry never deletes it. */
export type Departure = 'removed' | 'gone' | { readonly kept: string };

export interface Inventory {
  /** Every manifest, in no particular order. Throws an UpstreamError if one of them cannot be read. */
  readonly list: () => Promise<Listed[]>;
  /** Removes a manifest with the given tags, which name it. Throws an UpstreamError if that fails. */
  readonly remove: (digest: string, tags: readonly string[]) => Promise<Departure>;
}

/** By the distribution API: the manifests that tags, indexes and referrers lead to. The registry itself collects all others. */
export function walkedInventory(repository: Repository): Inventory {
  return { list: () => walk(repository), remove: (digest, tags) => removeWith(repository, digest, tags) };
}

async function removeWith(repository: Repository, digest: string, tags: readonly string[]): Promise<Departure> {
  const isRemoved = await deleteManifest(repository, digest);
  // Some registries keep the tags of removed manifests, and even serve the manifests by them.
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
    // A manifest that is listed but gone, or deleted meanwhile, is skipped.
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
  // The first request goes alone, to find out whether there is a referrers API.
  await (first === undefined ? undefined : visit(first, [first]));
  await Promise.all(others.map((tag) => visit(tag, [tag])));
  return [...found].map(([digest, { manifest, tags }]) => ({ digest, tags: [...tags], manifest }));
}

async function findNext(repository: Repository, { digest, json }: Manifest): Promise<string[]> {
  const children = (json.manifests ?? []).map((it) => it.digest);
  // Without the API the referrers are children of a tagged index. Referrers have no referrers themselves.
  const isKnown = repository.hasReferrersApi === false || json.subject !== undefined;
  const referrers = isKnown ? [] : await listReferrers(repository, digest);
  return [...children, ...referrers.map((it) => it.digest)];
}

const emptyBlob = Buffer.from('{}');

/**
 * Removes one tag but not the manifest that it names: it first moves the tag to a new manifest, and then removes that. GHCR has
 * no other way, and on other registries deleting a tag may delete its manifest.
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
