/**
 * Pins: consumers' references to exact images, which must be kept. `pins.json` lists them, sorted: `numpy-tsan@sha256:…`,
 * `numpy-tsan:3.14.3t-b0123456789ab`. The registry in a reference does not matter.
 */
import { isImmutableTag } from '@pysan/tagging';
import { parseConfig } from '@pysan/versions';
import { z } from 'zod';

export const pinsFile = 'pins.json';

const pin = /^[a-z\d][a-z\d._-]*(?:@sha256:[\da-f]{64}|:\w[\w.-]{0,127})$/;
const pinsSchema = z.array(z.string().regex(pin, 'expected numpy-tsan@sha256:… or numpy-tsan:3.14.3t-b…'));

export type Pins = readonly string[];

/** Parses the text of the list. Throws a ConfigError that lists every problem. */
export function parsePins(file: string, text: string): Pins {
  return parseConfig(pinsSchema, file, text);
}

/**
 * The pins in a text, in its order. The text can have any format: workflows name images in keys, shell lines, expressions and
 * comments, and a YAML parser would not help. A moving tag is not a pin, and an exact tag needs none.
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
 * The digests and immutable tags without an image in a text that names one of these images. The image and its digest are apart,
 * as in a matrix, and no search can join them.
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

/** The list with the found pins, and the new ones among them; both sorted. Nothing is removed, because others may pin it. */
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
