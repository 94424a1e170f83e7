/** Reads the request for a new image from its name and its parent. Pure. */
import { type Image, type Sanitizer, UsageError } from '@pysan/model';

export interface NewImage {
  /** `cffi-tsan` */
  readonly name: string;
  readonly parent: Image;
  readonly sanitizer: Sanitizer;
  /** The package, by its name in the index, which is also that of its lock: `cffi`, `charset-normalizer`. */
  readonly component: string;
}

const suffixes: Readonly<Record<Sanitizer, string>> = { thread: '-tsan', address: '-asan' };

/** Reads the name as `<package>-tsan` or `-asan`, by the parent's sanitizer. Throws a UsageError if they do not fit. */
export function readRequest(name: string, parentName: string, images: ReadonlyMap<string, Image>): NewImage {
  const parent = images.get(parentName);
  if (parent === undefined) {
    throw new UsageError(`There is no image "${parentName}" to build on. Images: ${[...images.keys()].join(', ')}.`);
  }
  const { sanitizer } = parent;
  if (sanitizer === undefined) {
    throw new UsageError(`${parentName} has no sanitizer. Name a parent with one: ${withSanitizer(images)}.`);
  }
  const component = name.slice(0, -suffixes[sanitizer].length);
  if (!name.endsWith(suffixes[sanitizer]) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(component)) {
    throw new UsageError(
      `"${name}" is not a name for an image on ${parentName}. Write the package's name in lower case, with ${suffixes[sanitizer]} after it: cffi${suffixes[sanitizer]}.`,
    );
  }
  if (images.has(name)) {
    throw new UsageError(`There is an image ${name}: images/${name}.`);
  }
  return { name, parent, sanitizer, component };
}

function withSanitizer(images: ReadonlyMap<string, Image>): string {
  const named = [...images.values()].filter(({ sanitizer }) => sanitizer !== undefined);
  return named.map(({ name }) => name).join(', ');
}
