/** Reads one image of a registry as its tag or digest names it: the manifest, and what the config says of it. */
import { isPlain, oneLine, UpstreamError } from '@pysan/model';
import {
  describe,
  type Descriptor,
  getBlob,
  getManifest,
  type Manifest,
  parseJson,
  type Repository,
} from '@pysan/registry';
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

/** The image under a tag or digest; undefined when there is none. UpstreamError for what is none, or cannot be read. */
export async function readNamed(repository: Repository, reference: string): Promise<NamedImage | undefined> {
  const manifest = await getManifest(repository, reference);
  return manifest === undefined ? undefined : readImage(repository, manifest);
}

async function readImage(repository: Repository, manifest: Manifest): Promise<NamedImage> {
  const { config, layers = [] } = (await imageOf(repository, manifest)).json;
  const facts = isImageConfig(config) ? readConfig(await getBlob(repository, config)) : undefined;
  if (config === undefined || facts === undefined) {
    throw new UpstreamError(`${describe(repository, manifest.digest)} has no readable config.`);
  }
  const bytes = [config, ...layers].reduce((sum, { size }) => sum + size, 0);
  return { digest: manifest.digest, manifest, ...facts, bytes };
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

const configTypes: readonly string[] = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

/** True for the config of an image, OCI's or Docker's; false for that of anything else that a manifest may be about. */
export function isImageConfig(config: Descriptor | undefined): config is Descriptor {
  return config !== undefined && configTypes.includes(config.mediaType);
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
const configSchema = z.object({
  created: z.iso.datetime({ offset: true }).optional(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** What an image's config says of it; undefined for what is none. UpstreamError where a label has control characters. */
export function readConfig(bytes: Buffer | undefined): Pick<NamedImage, 'created' | 'labels'> | undefined {
  const { data } = configSchema.safeParse(bytes === undefined ? undefined : parseJson(bytes));
  if (data === undefined) {
    return undefined;
  }
  const { created, config } = data;
  const labels = config?.Labels ?? {};
  requirePlain(labels);
  return { labels, ...(created === undefined ? {} : { created }) };
}

/** A label that brings lines of its own could say "trusted" where it is printed. */
function requirePlain(labels: Readonly<Record<string, string>>): void {
  const odd = Object.entries(labels).find((entry) => !entry.every(isPlain));
  if (odd !== undefined) {
    throw new UpstreamError(`The label ${oneLine(odd[0])} of an image has control characters: the image is not read.`);
  }
}
