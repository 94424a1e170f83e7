/**
 * What registries and scanners show of an image, as https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md
 * defines it. These are labels beside those of labels.ts; nothing of pysan reads them back.
 */
import { licenseOfUpstream } from '@pysan/evidence';
import { type Build, pythonTagOf } from '@pysan/model';

import { publicTagsOf, taggedOf } from './public-tags.ts';

/** Where the recipes of an image come from, as far as that is known. */
export interface RecipeSource {
  /** URL of the repository. */
  readonly source?: string | undefined;
  /** Full commit, with `-dirty` behind it where files were changed. */
  readonly revision?: string | undefined;
}

/** The image that another is built FROM, as a registry has it. */
export interface RegistryBase {
  /** With the registry: `docker.io/library/debian:trixie-slim`. */
  readonly name: string;
  /** `sha256:…` of its manifest. */
  readonly digest: string;
}

/**
 * The annotations of a build; `base` is undefined where no registry has it. What is not known is empty and not absent:
 * an image would otherwise show what its parent says.
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

/** The recipes' licence and that of each component; undefined where one of these is not known. */
function licensesOf({ contents }: Build): string | undefined {
  const expressions = contents.map(({ component }) => licenseOfUpstream(component)?.expression);
  const known = expressions.filter((it) => it !== undefined);
  const each = new Set(['MIT', ...known].map((it) => (it.includes(' OR ') ? `(${it})` : it)));
  return known.length < expressions.length ? undefined : [...each].join(' AND ');
}
