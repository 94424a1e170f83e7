/**
 * The bill of materials of an image, in SPDX 2.3 JSON: https://spdx.github.io/spdx-spec/v2.3/.
 *
 * The same image gives the same bytes: the contents are sorted, and the time is that of the image.
 */
import { PackageURL } from 'packageurl-js';

import type { CompiledSource, DebianPackage, Distribution, Inventory } from './inventory.ts';
import { type License, licenseOfUpstream } from './license.ts';

export interface SbomSubject {
  readonly image: string;
  /** The Python tag; absent for an image without Python. */
  readonly pythonTag?: string | undefined;
  readonly buildId: string;
  /** `sha256:…` of the manifest; for an image that is in no registry, its id. */
  readonly digest: string;
  /** When the image was made. */
  readonly created: Date;
}

type Element = string;

interface Package {
  readonly SPDXID: Element;
  readonly name: string;
  readonly versionInfo?: string;
  readonly primaryPackagePurpose: 'CONTAINER' | 'LIBRARY' | 'SOURCE';
  readonly downloadLocation: string;
  readonly filesAnalyzed: false;
  readonly supplier: string;
  readonly licenseConcluded: 'NOASSERTION';
  readonly licenseDeclared: string;
  readonly copyrightText: 'NOASSERTION';
  readonly sourceInfo?: string;
  readonly checksums?: readonly { readonly algorithm: 'SHA256'; readonly checksumValue: string }[];
  readonly externalRefs?: readonly object[];
}

interface Relationship {
  readonly spdxElementId: Element;
  readonly relationshipType: 'DESCRIBES' | 'CONTAINS' | 'GENERATED_FROM';
  readonly relatedSpdxElement: Element;
}

export interface SpdxDocument {
  readonly spdxVersion: 'SPDX-2.3';
  readonly dataLicense: 'CC0-1.0';
  readonly SPDXID: Element;
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly packages: readonly Package[];
  readonly hasExtractedLicensingInfos: readonly object[];
  readonly relationships: readonly Relationship[];
}

const unknown = 'NOASSERTION';
const document = 'SPDXRef-DOCUMENT';
const image = 'SPDXRef-Image';

/** The SPDX document of an image and all its contents. */
export function sbomOf(subject: SbomSubject, inventory: Inventory): SpdxDocument {
  const { digest, created } = subject;
  const title = subject.pythonTag === undefined ? subject.image : `${subject.image}-${subject.pythonTag}`;
  const contained = sorted([
    ...inventory.debian.map((it) => debianPackage(it, inventory.distribution)),
    ...inventory.python.map(distributionPackage),
  ]);
  const sources = sorted(inventory.sources.map((it) => sourcePackage(it, inventory.python)));
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: document,
    name: title,
    // SPDX's namespace for documents whose authors have no own one.
    documentNamespace: `https://spdx.org/spdxdocs/${title}-${digest.replace(':', '-')}`,
    creationInfo: { created: created.toISOString().replace(/\.\d+Z$/, 'Z'), creators: ['Tool: pysan'] },
    packages: [imagePackage(subject), ...contained, ...sources],
    hasExtractedLicensingInfos: extractedLicenses(inventory),
    relationships: [
      { spdxElementId: document, relationshipType: 'DESCRIBES', relatedSpdxElement: image },
      ...contained.map(({ SPDXID }) => relation('CONTAINS', SPDXID)),
      ...sources.map(({ SPDXID }) => relation('GENERATED_FROM', SPDXID)),
    ],
  };
}

function relation(relationshipType: Relationship['relationshipType'], relatedSpdxElement: Element): Relationship {
  return { spdxElementId: image, relationshipType, relatedSpdxElement };
}

function imagePackage({ image: name, pythonTag, buildId, digest }: SbomSubject): Package {
  return packageOf(image, {
    name,
    versionInfo: pythonTag ?? buildId,
    primaryPackagePurpose: 'CONTAINER',
    sourceInfo: `build ${buildId}`,
    checksums: [{ algorithm: 'SHA256', checksumValue: digest.replace('sha256:', '') }],
    externalRefs: [purl(new PackageURL('oci', undefined, name, digest, undefined, undefined))],
  });
}

function debianPackage(it: DebianPackage, distro: string): Package {
  const { name, version, architecture, source, sourceVersion, license } = it;
  const upstream = source === name ? {} : { upstream: `${source}@${sourceVersion}` };
  const qualifiers = { arch: architecture, distro, ...upstream };
  return packageOf(idOf('deb', name, architecture), {
    name,
    versionInfo: version,
    supplier: 'Organization: Debian',
    licenseDeclared: license?.expression ?? unknown,
    sourceInfo: `Debian source package ${source} ${sourceVersion}`,
    externalRefs: [purl(new PackageURL('deb', 'debian', name, version, qualifiers, undefined))],
  });
}

function distributionPackage({ name, version, prefix, license }: Distribution): Package {
  return packageOf(idOf('python', prefix, name), {
    name,
    versionInfo: version,
    licenseDeclared: (license ?? licenseOfUpstream(name))?.expression ?? unknown,
    sourceInfo: `installed for the interpreter in ${prefix}`,
    externalRefs: [purl(new PackageURL('pypi', undefined, name, version, undefined, undefined))],
  });
}

/** For an installed library, its own metadata has the best information about the licence. */
function sourcePackage(source: CompiledSource, installed: readonly Distribution[]): Package {
  const { name, version, sha256, commit, from } = source;
  const license: License | undefined = installed.find((it) => it.name === name)?.license ?? licenseOfUpstream(name);
  return packageOf(idOf('source', name), {
    name,
    versionInfo: version,
    primaryPackagePurpose: 'SOURCE',
    downloadLocation: commit === undefined || from === undefined ? unknown : `git+${from}@${commit}`,
    licenseDeclared: license?.expression ?? unknown,
    sourceInfo: from === undefined ? 'compiled here' : `compiled here, from ${from}`,
    ...(sha256 === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }] }),
    externalRefs: [purl(new PackageURL('generic', undefined, name, version, undefined, undefined))],
  });
}

function packageOf(SPDXID: Element, facts: Partial<Package> & Pick<Package, 'name'>): Package {
  return {
    SPDXID,
    primaryPackagePurpose: 'LIBRARY',
    downloadLocation: unknown,
    filesAnalyzed: false,
    supplier: unknown,
    licenseConcluded: unknown,
    licenseDeclared: unknown,
    copyrightText: unknown,
    ...facts,
  };
}

function purl(url: PackageURL): object {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: url.toString() };
}

/** An id may contain letters, digits, dots and hyphens. `libstdc++6` must not become `libstdc6`. */
function idOf(...parts: readonly string[]): Element {
  const text = parts
    .join('-')
    .replaceAll('+', 'plus')
    .replace(/[^A-Za-z0-9.-]+/g, '-');
  return `SPDXRef-${text.replace(/-{2,}/g, '-')}`;
}

function extractedLicenses({ debian }: Inventory): object[] {
  const unlisted = new Map(debian.flatMap(({ license }) => license?.unlisted ?? []).map((it) => [it.id, it]));
  return sortedBy([...unlisted.values()], ({ id }) => id).map(({ id, name }) => ({
    licenseId: id,
    name,
    extractedText: `"${name}" in /usr/share/doc/<package>/copyright of the image`,
  }));
}

function sorted(packages: readonly Package[]): Package[] {
  return sortedBy(packages, ({ SPDXID }) => SPDXID);
}

/** Sorts by code units, independent of the locale. */
function sortedBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}
