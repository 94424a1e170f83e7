/** For tests: images of a few bytes with the labels of builds, pushed and published as real ones are. */
import { type BuildInputs, buildName } from '@pysan/model';
import { canonicalJson, computeBuildId } from '@pysan/planning';
import { headManifest, type Manifest, mediaTypes, putBlob, putManifest, type Repository } from '@pysan/registry';
import { buildIdLabel, inputsLabel } from '@pysan/tagging';

import { attachRecord, moveTag, readNamed } from '@pysan/releases';

/** Inputs of a build that has another id than that of any other release. */
export function inputsOf(numpy: string, parent?: string): BuildInputs {
  return {
    schema: 1,
    platform: 'linux/amd64',
    files: {},
    buildArgs: { numpy_version: numpy },
    ...(parent === undefined ? {} : { parent }),
    releases: [{ component: 'numpy', version: numpy }],
  };
}

export interface ImageRequest {
  readonly inputs: BuildInputs;
  readonly labels?: Readonly<Record<string, string>>;
  readonly created?: string;
  readonly tags?: readonly string[];
}

/** Pushes an image of one small layer with the labels of a build under tags, or none; answers its digest. */
export async function pushImage(repository: Repository, image: ImageRequest): Promise<string> {
  const labels = {
    [buildIdLabel]: computeBuildId(image.inputs),
    [inputsLabel]: canonicalJson(image.inputs),
    ...image.labels,
  };
  const created = image.created ?? new Date(0).toISOString();
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', created, config: { Labels: labels } }),
  );
  const layer = Buffer.from('a layer');
  const [configDigest, layerDigest] = [await putBlob(repository, config), await putBlob(repository, layer)];
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: configDigest, size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layerDigest, size: layer.length }],
  };
  const content = { bytes: Buffer.from(JSON.stringify(manifest)), mediaType: mediaTypes.manifest };
  const digest = await putManifest(repository, content);
  for (const tag of image.tags ?? []) {
    await putManifest(repository, content, tag);
  }
  return digest;
}

/** Publishes an image: under the tag of its build for ever, and with a record of that time under tags that move. */
export async function publishImage(
  repository: Repository,
  { tags = [], ...image }: ImageRequest,
  at: string,
): Promise<string> {
  const buildId = computeBuildId(image.inputs);
  const digest = await pushImage(repository, { created: at, ...image, tags: [`3.14.3t-${buildName(buildId)}`] });
  const to = await requireImage(repository, digest);
  const replaced = await Promise.all(
    tags.map(async (tag) => ({ tag, replaced: (await headManifest(repository, tag)) ?? null })),
  );
  await attachRecord(repository, to, { schemaVersion: 1, digest, buildId, at, by: 'publish', tags: replaced });
  for (const { tag, replaced: from } of replaced) {
    await moveTag(repository, { tag, from: from ?? undefined, to });
  }
  return digest;
}

/** The manifest that is there. */
export async function requireImage(repository: Repository, reference: string): Promise<Manifest> {
  const named = await readNamed(repository, reference);
  if (named === undefined) {
    throw new Error(`${reference} is absent.`);
  }
  return named.manifest;
}
