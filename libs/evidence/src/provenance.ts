/**
 * The provenance of an image: an in-toto statement (https://in-toto.io/Statement/v1) with SLSA's provenance
 * (https://slsa.dev/spec/v1.0/provenance) as its predicate. docs/images.md describes the build type.
 */
import type { BuildId, BuildInputs, Release } from '@pysan/model';
import { PackageURL } from 'packageurl-js';

import type { Origin } from './origin.ts';

/** A build as build.json records it. */
export interface BuildRecord {
  readonly image: string;
  /** Null for an image without Python. */
  readonly python: string | null;
  readonly buildId: BuildId;
  readonly contents: readonly Release[];
  readonly inputs: BuildInputs;
}

/** An image in a registry. */
export interface PublishedImage {
  /** With the registry: `ghcr.io/acme/numpy-tsan`. */
  readonly name: string;
  /** `sha256:…` of its manifest. */
  readonly digest: string;
}

export interface ProvenanceFacts {
  readonly subject: PublishedImage;
  readonly build: BuildRecord;
  /** Undefined for the first image of the chain. */
  readonly parent: PublishedImage | undefined;
  /** The images that it takes files from. */
  readonly takes: readonly PublishedImage[];
  /** Identity of the base image of the chain: `sha256:…`, or `packages:<sha256 of the sorted list of package=version>`. */
  readonly base: string;
  readonly origin: Origin;
  /** When the image was made. */
  readonly created: Date;
}

/** See https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md. */
interface Resource {
  readonly name?: string;
  readonly uri?: string;
  readonly digest?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Provenance {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly Resource[];
  readonly predicateType: 'https://slsa.dev/provenance/v1';
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: string;
      readonly externalParameters: Readonly<Record<string, string>>;
      readonly internalParameters: { readonly buildId: BuildId; readonly inputs: BuildInputs };
      readonly resolvedDependencies: readonly Resource[];
    };
    readonly runDetails: {
      readonly builder: { readonly id: string };
      readonly metadata: { readonly invocationId?: string; readonly finishedOn: string };
    };
  };
}

/** The provenance of one published image. */
export function provenanceOf({ subject, build, parent, takes, base, origin, created }: ProvenanceFacts): Provenance {
  const { buildId, inputs, contents } = build;
  const { project, commit, builder, invocation } = origin;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: subject.name, digest: digestOf(subject.digest) }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: `${project}/blob/main/docs/images.md#provenance-v1`,
        externalParameters: externalParameters(build),
        internalParameters: { buildId, inputs },
        resolvedDependencies: [
          { name: 'repository', uri: `git+${project}`, digest: { gitCommit: commit } },
          ...(parent === undefined ? [] : [imageResource('parent', parent)]),
          ...takes.map((it) => imageResource('takes', it)),
          baseResource(base),
          ...contents.map(sourceResource),
        ],
      },
      runDetails: {
        builder: { id: builder },
        metadata: {
          ...(invocation === undefined ? {} : { invocationId: invocation }),
          finishedOn: created.toISOString(),
        },
      },
    },
  };
}

/** The request, with the release that `--numpy` meant. */
function externalParameters({ image, python, contents, inputs }: BuildRecord): Record<string, string> {
  const versions = contents.map(({ component, version }) => [component, version] as const);
  return {
    image,
    ...(python === null ? {} : { python }),
    platform: inputs.platform,
    ...Object.fromEntries(versions.filter(([component]) => component !== 'debian' && component !== 'cpython')),
  };
}

function imageResource(role: string, { name, digest }: PublishedImage): Resource {
  const image = name.split('/').at(-1) ?? name;
  const url = new PackageURL('oci', undefined, image, digest, { repository_url: name }, undefined);
  return { name: role, uri: url.toString(), digest: digestOf(digest) };
}

function baseResource(base: string): Resource {
  const [kind = '', hex = ''] = base.split(':');
  return kind === 'packages'
    ? { name: 'base', digest: { sha256: hex }, annotations: { of: 'the sorted list of package=version' } }
    : { name: 'base', digest: digestOf(base) };
}

function sourceResource({ component, version, sha256, commit, tree, repository }: Release): Resource {
  if (commit !== undefined) {
    return { name: component, uri: `git+${repository ?? component}@${commit}`, digest: { gitCommit: commit } };
  }
  if (component === 'debian') {
    return { name: 'llvm', uri: new PackageURL('deb', 'debian', llvmPackage(version), version).toString() };
  }
  const hex = sha256 ?? tree;
  const uri = new PackageURL('generic', undefined, component, version).toString();
  return { name: component, uri, ...(hex === undefined ? {} : { digest: { sha256: hex } }) };
}

/** `libllvm22` for `1:22.1.8-1~deb13u5`. */
function llvmPackage(version: string): string {
  return `libllvm${/^(?:\d+:)?(\d+)/.exec(version)?.[1] ?? ''}`;
}

function digestOf(digest: string): Record<string, string> {
  const [algorithm = '', hex = ''] = digest.split(':');
  return { [algorithm]: hex };
}
