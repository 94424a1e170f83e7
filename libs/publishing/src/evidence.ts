/**
 * Attaches the documents of a published image other than its reports: passport, bill of materials and provenance. Each is
 * attached once.
 */
import { type Covered, originOf, provenanceOf, type PublishedImage } from '@pysan/evidence';
import { EngineError, formatPythonTag, needsOf, UpstreamError } from '@pysan/model';
import { attach, parseJson, type Referrer } from '@pysan/registry';
import { type NamedImage, type Target } from '@pysan/releases';
import { madeFromLabel } from '@pysan/tagging';
import { z } from 'zod';

import type { Publication } from './publish-world.ts';
import { readSbom } from './read-sbom.ts';

const passportType = 'application/vnd.pysan.passport.v1+json';
const sbomType = 'application/spdx+json';
const provenanceType = 'application/vnd.in-toto+json';

/** Attaches the documents that are not in `covered`, the ones that its signature covers. Returns the digest of each by name. */
export async function attachEvidence(publication: Publication, covered: readonly Referrer[]): Promise<Covered> {
  const { world, target, image } = publication;
  const present = new Set(covered.map(({ artifactType }) => artifactType));
  const missing = Object.entries(documents).filter(([, { type }]) => !present.has(type));
  if (missing.length > 0) {
    await world.engine.pullImage(referenceTo(target, image), world.env);
  }
  const attached: Record<string, string> = {};
  for (const [name, { type, read }] of missing) {
    const document = toBytes(await read(publication));
    attached[name] = await attach(target.repository, image.manifest, type, document, world.now());
  }
  return attached;
}

interface Document {
  readonly type: string;
  readonly read: (publication: Publication) => unknown;
}

const documents: Readonly<Record<string, Document>> = {
  passport: { type: passportType, read: readPassport },
  sbom: {
    type: sbomType,
    read: ({ world, build, target, image }) =>
      readSbom(world.engine, build.image.name, referenceTo(target, image), image.digest),
  },
  provenance: { type: provenanceType, read: readProvenance },
};

async function readPassport({ world, target, image }: Publication): Promise<unknown> {
  const reference = referenceTo(target, image);
  const container = { image: reference, command: ['cat', '/etc/pysan/passport.json'], network: 'none' };
  const { exitCode, stdout, stderr } = await world.engine.runContainer(container);
  if (exitCode !== 0) {
    throw new EngineError(`${reference} has no readable passport: ${stderr.trim()}`);
  }
  return JSON.parse(stdout);
}

function readProvenance(publication: Publication): unknown {
  const { world, resolved, target, build, image } = publication;
  const from = madeFrom(publication);
  const { python, id: buildId, contents, inputs } = build;
  return provenanceOf({
    subject: { name: target.name, digest: image.digest },
    build: {
      image: build.image.name,
      python: python === undefined ? null : formatPythonTag(python),
      ...{ buildId, contents, inputs },
    },
    parent: from.get(build.image.parent ?? ''),
    takes: (build.image.takes ?? []).flatMap((name) => from.get(name) ?? []),
    base: resolved.base.identity,
    origin: originOf(process.env, world.checkout),
    created: new Date(image.created ?? 0),
  });
}

/** The images that it was made from, as its build recorded them: the registry may have other images under these names now. */
function madeFrom({ target, build, image }: Publication): ReadonlyMap<string, PublishedImage> {
  const names = needsOf(build.image);
  const { data } = madeFromSchema.safeParse(parseJson(Buffer.from(image.labels[madeFromLabel] ?? '')));
  if (names.some((name) => data?.[name] === undefined)) {
    throw new UpstreamError(
      `${referenceTo(target, image)} does not record the images that it was made from, because another version of pysan built it. ` +
        'Raise `rebuild` in the project.json of its image.',
    );
  }
  return new Map(names.map((name) => [name, readReference(data?.[name] ?? '')]));
}

const madeFromSchema = z.record(z.string(), z.string().regex(/^[^@]+@sha256:[0-9a-f]{64}$/));

function readReference(reference: string): PublishedImage {
  const [name = '', digest = ''] = reference.split('@');
  return { name, digest };
}

/** `ghcr.io/acme/numpy-tsan@sha256:…` */
export function referenceTo({ name }: Pick<Target, 'name'>, { digest }: Pick<NamedImage, 'digest'>): string {
  return `${name}@${digest}`;
}

/** A document to attach. */
export function toBytes(document: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}
