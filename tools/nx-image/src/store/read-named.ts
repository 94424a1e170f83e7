/** Reads one image of a registry as its tag or digest names it: the manifest, and what the config says of it. */
import { UpstreamError } from '@pysan/model';
import { describe, getBlob, getManifest, type Manifest, parseJson, type Repository } from '@pysan/registry';
import type { Labelled } from '@pysan/tagging';
import { z } from 'zod';

export interface NamedImage extends Labelled {
  /** What the tag or digest names: put under another tag, this is what moves. May be an index. */
  readonly manifest: Manifest;
  /** ISO time of its making; absent when it does not say. */
  readonly created?: string;
  /** Its size as pulled: config and compressed layers. */
  readonly bytes: number;
}

const platform = { os: 'linux', architecture: 'amd64' };

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
const configSchema = z.object({
  created: z.iso.datetime({ offset: true }).optional(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** The image under a tag or digest; undefined when there is none. UpstreamError for what is none, or cannot be read. */
export async function readNamed(repository: Repository, reference: string): Promise<NamedImage | undefined> {
  const manifest = await getManifest(repository, reference);
  return manifest === undefined ? undefined : readImage(repository, manifest);
}

/** The image that a manifest is of. UpstreamError for a manifest of something else. */
async function readImage(repository: Repository, manifest: Manifest): Promise<NamedImage> {
  const { config, layers = [] } = (await imageOf(repository, manifest)).json;
  const bytes = config === undefined ? undefined : await getBlob(repository, config.digest);
  const { data } = configSchema.safeParse(bytes === undefined ? undefined : parseJson(bytes));
  if (config === undefined || data === undefined) {
    throw new UpstreamError(`${describe(repository, manifest.digest)} has no config that can be read.`);
  }
  return {
    digest: manifest.digest,
    manifest,
    labels: data.config?.Labels ?? {},
    ...(data.created === undefined ? {} : { created: data.created }),
    bytes: [config, ...layers].reduce((sum, { size }) => sum + size, 0),
  };
}

/** The image itself where a manifest is an index of platforms, or of an image and its attestations. */
async function imageOf(repository: Repository, manifest: Manifest): Promise<Manifest> {
  const { manifests } = manifest.json;
  if (manifests === undefined) {
    return manifest;
  }
  const child = manifests.find(
    (it) => it.platform?.os === platform.os && it.platform.architecture === platform.architecture,
  );
  const image = child === undefined ? undefined : await getManifest(repository, child.digest);
  if (image === undefined) {
    throw new UpstreamError(`${describe(repository, manifest.digest)} is an index without an image for this platform.`);
  }
  return image;
}
