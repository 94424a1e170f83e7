/** The contents of an image, from the output of `list-contents`, which runs inside the image. */
import type { Source } from '@pysan/model';
import { z } from 'zod';

import { licenseOfCopyright } from './debian-license.ts';
import { type License, licenseOfMetadata } from './license.ts';

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The source package that it was built from, and its version. */
  readonly source: string;
  readonly sourceVersion: string;
  /** Undefined if its copyright file is missing or prose. */
  readonly license: License | undefined;
}

/** A Python distribution, from its METADATA. */
export interface Distribution {
  readonly name: string;
  readonly version: string;
  /** The folder of the interpreter that it is installed for: `/opt/build-python`. */
  readonly prefix: string;
  readonly license: License | undefined;
}

/** A compiled source, from the passport or the build's inputs. */
export interface CompiledSource {
  readonly name: string;
  readonly version: string;
  readonly sha256?: string | undefined;
  readonly commit?: string | undefined;
  /** `debian`, `python.org`, `index`, `local`, or the repository of a commit; undefined if it is not recorded. */
  readonly from?: string | undefined;
}

export interface Inventory {
  /** `debian-13`. */
  readonly distribution: string;
  readonly debian: readonly DebianPackage[];
  readonly python: readonly Distribution[];
  readonly sources: readonly CompiledSource[];
}

const listing = z.object({
  os_release: z.string(),
  packages: z.string(),
  copyrights: z.string(),
  metadata: z.string(),
  sources: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      from: z.string(),
      sha256: z.string().optional(),
      commit: z.string().optional(),
    }),
  ),
});

/**
 * The inventory of an image, from the output of `list-contents` and the sources in the inputs of its build. The passport of an
 * image with a plain interpreter does not have them. Throws the error of JSON.parse or zod for malformed input.
 */
export function parseInventory(text: string, built: readonly Source[]): Inventory {
  const { os_release, packages, copyrights, metadata, sources } = listing.parse(JSON.parse(text));
  const licenses = licensesOfPackages(linesByFile(copyrights));
  return {
    distribution: `${osField(os_release, 'ID')}-${osField(os_release, 'VERSION_ID')}`,
    debian: packages
      .trim()
      .split('\n')
      .map((line) => parsePackage(line, licenses)),
    python: linesByFile(metadata).map(([file, lines]) => parseMetadata(file, lines)),
    sources: [...sources, ...built.flatMap((it) => (isUnlisted(it, sources) ? [toSource(it)] : []))],
  };
}

/** Leaves out Debian packages: apt checks them, and they have their own list. */
function isUnlisted({ component, sha256, commit, tree }: Source, sources: readonly { name: string }[]): boolean {
  return (sha256 ?? commit ?? tree) !== undefined && !sources.some(({ name }) => name === component);
}

function toSource({ component, version, sha256, commit }: Source): CompiledSource {
  return { name: component, version, sha256, commit };
}

function osField(text: string, name: string): string {
  return new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? 'unknown';
}

/** Lines of `file<tab>line`, by file. */
function linesByFile(text: string): [file: string, lines: string[]][] {
  const lines = text.split('\n').flatMap((line) => {
    const tab = line.indexOf('\t');
    return tab <= 0 ? [] : [{ file: line.slice(0, tab), rest: line.slice(tab + 1).trimEnd() }];
  });
  return [...Map.groupBy(lines, ({ file }) => file)].map(([file, of]) => [file, of.map(({ rest }) => rest)]);
}

function licensesOfPackages(files: readonly [string, readonly string[]][]): Map<string, License | undefined> {
  return new Map(
    files.map(([file, lines]) => [file.replace(/^.*\/doc\/([^/]+)\/copyright$/, '$1'), licenseOfCopyright(lines)]),
  );
}

function parsePackage(line: string, licenses: ReadonlyMap<string, License | undefined>): DebianPackage {
  const [name = '', version = '', architecture = '', source = '', sourceVersion = ''] = line.split('\t');
  return { name, version, architecture, source, sourceVersion, license: licenses.get(name) };
}

/** If a name occurs twice, the first one counts: https://packaging.python.org/en/latest/specifications/core-metadata/. */
function parseMetadata(file: string, lines: readonly string[]): Distribution {
  const field = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  return {
    name: field('Name') ?? '',
    version: field('Version') ?? '',
    prefix: file.replace(/\/lib\/[^/]+\/site-packages\/.*$/, ''),
    license: licenseOfMetadata(field('License-Expression') ?? field('License')),
  };
}
