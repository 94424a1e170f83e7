/**
 * Reads licences from Debian's machine-readable copyright files:
 * https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/.
 *
 * Short names that are also in the SPDX list are translated. Any other name stays a reference to that name, because a guess
 * would state a licence that was never declared.
 */
import ids from 'spdx-license-ids/index.json' with { type: 'json' };

import type { License, UnlistedLicense } from './license.ts';

const listed = new Map(ids.map((id) => [id.toLowerCase(), id]));

// Debian's names that SPDX spells differently.
const renamed: Readonly<Record<string, string>> = { expat: 'MIT', 'apache-2': 'Apache-2.0', 'mpl-2': 'MPL-2.0' };

/**
 * The licence of a package: all licences in its copyright file, for files of its source and its packaging. `lines` are the
 * `Format:` and `License:` lines of the file; undefined if the file is prose.
 */
export function licenseOfCopyright(lines: readonly string[]): License | undefined {
  if (!lines.some((line) => /^Format:.*(?:copyright-format|dep-?5)/i.test(line))) {
    return undefined;
  }
  const synopses = lines.flatMap((line) => /^License:\s*(\S.*)$/.exec(line)?.[1] ?? []);
  if (synopses.length === 0) {
    return undefined;
  }
  const unlisted = new Map<string, UnlistedLicense>();
  const expressions = new Set(synopses.map((synopsis) => convert(synopsis.trim(), unlisted)));
  return { expression: joinAll([...expressions].toSorted()), unlisted: [...unlisted.values()] };
}

function joinAll(expressions: readonly string[]): string {
  const isAlone = expressions.length === 1;
  return expressions.map((it) => (isAlone || !it.includes(' OR ') ? it : `(${it})`)).join(' AND ');
}

/** A comma binds less than `and` and `or`. It means `and` if neither follows it. */
function convert(synopsis: string, unlisted: Map<string, UnlistedLicense>): string {
  const [first = '', ...rest] = synopsis
    .replaceAll(/\s+/g, ' ')
    .split(/ ?, ?(?:(and|or) )?/i)
    .map((part) => part as string | undefined);
  if (rest.length === 0) {
    return convertTerms(first, unlisted);
  }
  const group = (part = ''): string => `(${convertTerms(part, unlisted)})`;
  return rest.reduce<string>(
    (text, part, index) => `${text}${index % 2 === 0 ? ` ${(part ?? 'and').toUpperCase()} ` : group(part)}`,
    group(first),
  );
}

function convertTerms(text: string, unlisted: Map<string, UnlistedLicense>): string {
  return text
    .split(/ (and|or) /i)
    .map((part, index) => (index % 2 === 0 ? convertName(part, unlisted) : part.toUpperCase()))
    .join(' ');
}

function convertName(name: string, unlisted: Map<string, UnlistedLicense>): string {
  const known = findListed(name);
  if (known !== undefined) {
    return known;
  }
  const id = `LicenseRef-Debian-${name.replaceAll('+', '-or-later').replace(/[^\w.-]+|_/g, '-')}`;
  unlisted.set(id, { id, name });
  return id;
}

/** `GPL-2+` is GPL-2.0-or-later, `LGPL-2.1` is LGPL-2.1-only. */
function findListed(name: string): string | undefined {
  const gnu = /^([AL]?GPL|GFDL)-(\d)(?:\.(\d))?(\+?)$/i.exec(name);
  const asSpdx =
    gnu === null
      ? (renamed[name.toLowerCase()] ?? name)
      : `${gnu[1] ?? ''}-${gnu[2] ?? ''}.${gnu[3] ?? '0'}-${gnu[4] === '+' ? 'or-later' : 'only'}`;
  return listed.get(asSpdx.toLowerCase());
}
