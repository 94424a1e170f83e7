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
  const names = images.map((name) => name.replaceAll('.', String.raw`\.`)).join('|');
  const reference = new RegExp(
    String.raw`(?<![\w.-])(?<image>${names})(?=[:@])(?::(?<tag>\w[\w.-]*))?(?:@(?<digest>sha256:[\da-f]{64})(?!\w))?`,
    'g',
  );
  return [...text.matchAll(reference)].flatMap(({ groups = {} }) => pinOf(groups) ?? []);
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
