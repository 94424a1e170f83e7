/**
 * What is attached to a published image beside the reports of its verifications: its passport, a bill of materials, and
 * how it came about. Each is attached once.
 */
import { originOf, provenanceOf, type PublishedImage } from '@pysan/evidence';
import { EngineError, formatPythonTag } from '@pysan/model';
import { attach, type Referrer } from '@pysan/registry';
import { type NamedImage, type Target } from '@pysan/releases';

import type { Publication } from './publish-world.ts';
import { readSbom } from './read-sbom.ts';

const passportType = 'application/vnd.pysan.passport.v1+json';
const sbomType = 'application/spdx+json';
const provenanceType = 'application/vnd.in-toto+json';

/** Attaches what is not among its referrers yet. `parent` is where that is published; undefined for the first of the chain. */
export async function attachEvidence(
  publication: Publication,
  referrers: readonly Referrer[],
  parent: PublishedImage | undefined,
): Promise<void> {
  const { world, target, image } = publication;
  const present = new Set(referrers.map(({ artifactType }) => artifactType));
  const missing = Object.entries(documents).filter(([type]) => !present.has(type));
  if (missing.length > 0) {
    await world.engine.pullImage(referenceTo(target, image), world.env);
  }
  for (const [type, read] of missing) {
    await attach(target.repository, image.manifest, type, toBytes(await read(publication, parent)), world.now());
  }
}

const documents: Readonly<Record<string, (publication: Publication, parent: PublishedImage | undefined) => unknown>> = {
  [passportType]: readPassport,
  [sbomType]: ({ world, build, target, image }) =>
    readSbom(world.engine, build.image.name, referenceTo(target, image), image.digest),
  [provenanceType]: readProvenance,
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

function readProvenance(
  { world, resolved, target, build, image }: Publication,
  parent: PublishedImage | undefined,
): unknown {
  const { python, id: buildId, contents, inputs } = build;
  return provenanceOf({
    subject: { name: target.name, digest: image.digest },
    build: {
      image: build.image.name,
      python: python === undefined ? null : formatPythonTag(python),
      ...{ buildId, contents, inputs },
    },
    parent,
    base: resolved.base.identity,
    origin: originOf(process.env, world.checkout),
    created: new Date(image.created ?? 0),
  });
}

/** `ghcr.io/acme/numpy-tsan@sha256:…` */
export function referenceTo({ name }: Target, { digest }: Pick<NamedImage, 'digest'>): string {
  return `${name}@${digest}`;
}

/** A document as it is attached. */
export function toBytes(document: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}
