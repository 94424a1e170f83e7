/**
 * What is attached to a published image beside the reports of its verifications: its passport, a bill of materials, and
 * how it came about. Each is attached once.
 */
import { runContainer } from '@pysan/engine';
import { originOf, provenanceOf, type PublishedImage } from '@pysan/evidence';
import { type Build, EngineError, formatPythonTag } from '@pysan/model';
import { attach } from '@pysan/registry';

import { readSbom } from './read-sbom.ts';
import { type NamedImage, pullImage, readCheckout, readRecords, type Target } from '@pysan/releases';

const passportType = 'application/vnd.pysan.passport.v1+json';
const sbomType = 'application/spdx+json';
const provenanceType = 'application/vnd.in-toto+json';

export interface EvidenceTask {
  readonly root: string;
  readonly target: Target;
  readonly build: Build;
  readonly image: NamedImage;
  /** The parent where it is published; undefined for the first of the chain. */
  readonly parent: PublishedImage | undefined;
  /** As of findBase. */
  readonly baseIdentity: string;
  readonly env: Record<string, string>;
}

/** Attaches what is not there yet. */
export async function attachEvidence(task: EvidenceTask): Promise<void> {
  const { target, image, env } = task;
  const { referrers } = await readRecords(target.repository, image.digest);
  const present = new Set(referrers.map(({ artifactType }) => artifactType));
  const missing = Object.entries(documents).filter(([type]) => !present.has(type));
  if (missing.length > 0) {
    await pullImage(referenceTo(target, image), undefined, env);
  }
  for (const [type, read] of missing) {
    await attach(target.repository, image.manifest, type, toBytes(await read(task)), new Date());
  }
}

const documents: Readonly<Record<string, (task: EvidenceTask) => Promise<unknown>>> = {
  [passportType]: readPassport,
  [sbomType]: ({ build, target, image }) => readSbom(build.image.name, referenceTo(target, image), image.digest),
  [provenanceType]: readProvenance,
};

async function readPassport({ target, image }: EvidenceTask): Promise<unknown> {
  const reference = referenceTo(target, image);
  const container = { image: reference, command: ['cat', '/etc/pysan/passport.json'], network: 'none' };
  const { exitCode, stdout, stderr } = await runContainer(container);
  if (exitCode !== 0) {
    throw new EngineError(`${reference} has no readable passport: ${stderr.trim()}`);
  }
  return JSON.parse(stdout);
}

async function readProvenance({ root, target, build, image, parent, baseIdentity }: EvidenceTask): Promise<unknown> {
  const { python, id: buildId, contents, inputs } = build;
  return provenanceOf({
    subject: { name: target.name, digest: image.digest },
    build: {
      image: build.image.name,
      python: python === undefined ? null : formatPythonTag(python),
      ...{ buildId, contents, inputs },
    },
    parent,
    base: baseIdentity,
    origin: originOf(process.env, await readCheckout(root)),
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
