/**
 * Pins: what consumers name by its bytes, and what therefore must stay. `pins.json` lists them, sorted:
 * `numpy-tsan@sha256:…`, `numpy-tsan:3.14.3t-b0123456789ab`. Whose registry they name does not count.
 */
import { isImmutableTag } from '@pysan/tagging';
import { parseConfig } from '@pysan/versions';
import { z } from 'zod';

export const pinsFile = 'pins.json';

const pin = /^[a-z\d][a-z\d._-]*(?:@sha256:[\da-f]{64}|:\w[\w.-]{0,127})$/;
const pinsSchema = z.array(z.string().regex(pin, 'expected numpy-tsan@sha256:… or numpy-tsan:3.14.3t-b…'));

export type Pins = readonly string[];

/** Parses the text of the list; a ConfigError lists every problem of it. */
export function parsePins(file: string, text: string): Pins {
  return parseConfig(pinsSchema, file, text);
}

/**
 * The pins in a text, in its order. Any text will do: a workflow names images in keys, in shell lines, in expressions
 * and in comments, which a parser of YAML would tell apart for no benefit. A tag that moves is no pin, and an exact one
 * needs none.
 */
export function findPins(text: string, images: readonly string[]): Pins {
  return [...text.matchAll(referencesTo(images))].flatMap(({ groups = {} }) => pinOf(groups) ?? []);
}

function referencesTo(images: readonly string[]): RegExp {
  return new RegExp(
    String.raw`(?<![\w.-])(?<image>${alternatives(images)})(?=[:@])(?::(?<tag>\w[\w.-]*))?(?:@(?<digest>sha256:[\da-f]{64})(?!\w))?`,
    'g',
  );
}

function alternatives(images: readonly string[]): string {
  return images.map((name) => name.replaceAll('.', String.raw`\.`)).join('|');
}

/**
 * What a text says in bytes without saying of which image, in a text that names one of these images: an image and its
 * digest, or its immutable tag, stand apart, as in a matrix. No search can join them.
 */
export function findApart(text: string, images: readonly string[]): readonly string[] {
  const rest = text.replace(referencesTo(images), '');
  const named = new RegExp(String.raw`(?<![\w.-])(?:${alternatives(images)})(?![\w.-])`);
  if (!named.test(rest)) {
    return [];
  }
  const digests = rest.match(/(?<![\w@])sha256:[\da-f]{64}(?!\w)/g) ?? [];
  const tags = (rest.match(/(?<![\w.:/-])\d\w*\.[\w.-]*\w/g) ?? []).filter(isImmutableTag);
  return [...new Set([...digests, ...tags])];
}

/** The list with what was found added, and what that is; both sorted. Nothing is taken out: others may pin it. */
export function addPins(known: Pins, found: Pins): { readonly pins: Pins; readonly added: Pins } {
  const added = [...new Set(found)].filter((it) => !known.includes(it)).toSorted();
  return { pins: [...known, ...added].toSorted(), added };
}

function pinOf({ image, tag, digest }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (digest !== undefined) {
    return `${image}@${digest}`;
  }
  return tag !== undefined && isImmutableTag(tag) ? `${image}:${tag}` : undefined;
}
