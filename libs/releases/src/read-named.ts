/** Reads one image of a registry by tag or digest: the manifest and the config. */
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
  /** The manifest that the tag or digest names, which may be an index. Moving a tag puts this manifest. */
  readonly manifest: Manifest;
  /** ISO time of its creation; absent if not recorded. */
  readonly created?: string;
  /** Its size as pulled, in bytes: config and compressed layers. */
  readonly bytes: number;
}

const platform = { os: 'linux', architecture: 'amd64' };

/** The image under a tag or digest; undefined if there is none. Throws an UpstreamError for other artifacts, and if it cannot be read. */
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

/** The image in an index of platforms, or in an index of an image and its attestations. */
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

/** True for the config of an image, OCI's or Docker's; false for that of other artifacts. */
export function isImageConfig(config: Descriptor | undefined): config is Descriptor {
  return config !== undefined && configTypes.includes(config.mediaType);
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
const configSchema = z.object({
  created: z.iso.datetime({ offset: true }).optional(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** Parses an image's config; undefined if it is not one. Throws an UpstreamError if a label has control characters. */
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

/** A label with line breaks could print a line that says "trusted". */
function requirePlain(labels: Readonly<Record<string, string>>): void {
  const odd = Object.entries(labels).find((entry) => !entry.every(isPlain));
  if (odd !== undefined) {
    throw new UpstreamError(
      `The label ${oneLine(odd[0])} of an image has control characters, so the image is not read.`,
    );
  }
}
