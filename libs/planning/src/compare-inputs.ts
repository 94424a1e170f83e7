/** Compares the inputs of two builds, and says why the existing build is not the wanted one. */
import type { BuildInputs, Source } from '@pysan/model';

import { type Reason, reason } from './reason.ts';

type Values = Readonly<Record<string, string>>;

/** The reasons: deliberate changes first, consequences of changed parents last; none for equal inputs. */
export function compareInputs(was: BuildInputs, wanted: BuildInputs, parent: string | undefined): readonly Reason[] {
  const releases = compareReleases(was.releases, wanted.releases);
  const explained = new Set(releases.map(({ what }) => what));
  return [
    ...compare('forced', 'rebuild', counter(was), counter(wanted)),
    ...releases,
    ...compare('base-moved', 'base image', was.base, wanted.base),
    ...compare('input-changed', 'schema', String(was.schema), String(wanted.schema)),
    ...compare('input-changed', 'platform', was.platform, wanted.platform),
    ...compareValues('input-changed', was.files, wanted.files, ''),
    ...compareValues(
      'input-changed',
      without(was.buildArgs, explained),
      without(wanted.buildArgs, explained),
      'build argument ',
    ),
    ...compare('parent-changed', parent ?? 'parent', was.parent, wanted.parent),
    ...compareValues('parent-changed', was.takes ?? {}, wanted.takes ?? {}, ''),
  ];
}

function counter({ rebuild }: BuildInputs): string | undefined {
  return rebuild === undefined ? undefined : String(rebuild);
}

function compare(code: Reason['code'], what: string, from: string | undefined, to: string | undefined): Reason[] {
  return from === to ? [] : [reason(code, what, from, to)];
}

function compareValues(code: Reason['code'], was: Values, wanted: Values, label: string): Reason[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(wanted)])].toSorted();
  return names.flatMap((name) => compare(code, `${label}${name}`, was[name], wanted[name]));
}

function compareReleases(was: readonly Source[], wanted: readonly Source[]): Reason[] {
  const components = [...new Set([...was, ...wanted].map(({ component }) => component))];
  return components.flatMap((component) => {
    const [from, to] = [was, wanted].map((sources) => sources.find((source) => source.component === component));
    // The version alone does not always show the difference.
    const describe = from?.version === to?.version ? describeExactly : ({ version }: Source): string => version;
    return compare('new-release', component, from && describe(from), to && describe(to));
  });
}

function describeExactly({ version, commit, tree, sha256 }: Source): string {
  return `${version} ${commit ?? tree ?? sha256 ?? ''}`.trim();
}

const argumentPrefixes: Values = { cpython: 'python', debian: 'llvm' };

/** The arguments without those that only repeat a release: `numpy_version`, `numpy_pin`. */
function without(buildArgs: Values, components: ReadonlySet<string>): Values {
  const prefixes = [...components].map((component) => argumentPrefixes[component] ?? component);
  const repeats = new RegExp(`^(?:${prefixes.join('|')})_(?:version|pin|commit|repository)$`);
  return Object.fromEntries(Object.entries(buildArgs).filter(([name]) => !repeats.test(name)));
}
