/**
 * The labels that registries and scanners show, as https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md
 * defines them. They complement the labels of labels.ts. pysan does not read them back.
 */
import { licenseOfUpstream } from '@pysan/evidence';
import { type Build, pythonTagOf } from '@pysan/model';

import { publicTagsOf, taggedOf } from './public-tags.ts';

/** The source of an image's recipes, as far as it is known. */
export interface RecipeSource {
  /** URL of the repository. */
  readonly source?: string | undefined;
  /** Full commit, with the suffix `-dirty` if files were changed. */
  readonly revision?: string | undefined;
}

/** A published parent image. */
export interface RegistryBase {
  /** With the registry: `docker.io/library/debian:trixie-slim`. */
  readonly name: string;
  /** `sha256:…` of its manifest. */
  readonly digest: string;
}

/**
 * The annotations of a build. `base` is undefined if no registry has it. Unknown values are empty, not absent: otherwise the image
 * would inherit its parent's values.
 */
export function annotationsOf(build: Build, recipes: RecipeSource, base: RegistryBase | undefined) {
  const annotations = {
    title: build.image.name,
    description: build.image.description,
    version: pythonTagOf(build) ?? publicTagsOf(taggedOf(build, ''))[0]?.tag,
    licenses: licensesOf(build),
    source: recipes.source,
    revision: recipes.revision,
    'base.name': base?.name,
    'base.digest': base?.digest,
  };
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`org.opencontainers.image.${key}`, value ?? '']),
  );
}

/** The licences of the recipes and of each component; undefined if one of them is not known. */
function licensesOf({ contents }: Build): string | undefined {
  const expressions = contents.map(({ component }) => licenseOfUpstream(component)?.expression);
  const known = expressions.filter((it) => it !== undefined);
  const each = new Set(['MIT', ...known].map((it) => (it.includes(' OR ') ? `(${it})` : it)));
  return known.length < expressions.length ? undefined : [...each].join(' AND ');
}
