/**
 * Reads what an end-to-end spec declares in its first comment. Pure.
 *
 *     @images numpy-tsan 3.13.5t
 *     @files images/numpy-tsan/Dockerfile tools/cli/src/commands/build.ts
 *
 * A spec that names images is slow. It runs when these images, these files or its imports have changed. Any other spec
 * always runs.
 */
import { ConfigError } from '@pysan/model';

export interface UsedImage {
  readonly name: string;
  /** As after `--python`: `3.13.5t`. */
  readonly python: string;
}

export interface SpecUses {
  /** Empty for a spec that always runs. */
  readonly images: readonly UsedImage[];
  /** Files and folders in addition to its imports, from the root of the repository. */
  readonly files: readonly string[];
}

/** Reads the text of a spec. ConfigError for images without a Python. */
export function parseUses(file: string, text: string): SpecUses {
  const comment = /^\/\*\*[^]*?\*\//.exec(text)?.[0] ?? '';
  const words = (tag: string): string[][] =>
    [...comment.matchAll(new RegExp(`^ \\* @${tag} +(.+)$`, 'gm'))].map((match) => (match[1] ?? '').trim().split(/ +/));
  const images = words('images').map(([name = '', python = '', ...more]) => {
    if (python === '' || more.length > 0) {
      throw new ConfigError(file, [`@images: expected one image and its Python, "numpy-tsan 3.13.5t"`]);
    }
    return { name, python };
  });
  return { images, files: words('files').flat() };
}
