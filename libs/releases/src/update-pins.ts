/** Updates pins.json from the files of consumers. */
import { addPins, findApart, findPins, type Pins, pinsFile } from '@pysan/retention';
import { type ConsumerFiles, formatLock, imageFolders, readConsumer, readPins, writeFiles } from '@pysan/workspace';

export interface PinsUpdate {
  /** The whole list, sorted. */
  readonly pins: Pins;
  /** The new pins. */
  readonly added: Pins;
  /** The files that contain each pin. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** The number of files read. */
  readonly fileCount: number;
  /** Warnings about pins that are not listed: digests apart from their image, and files that could not be read; one sentence each. */
  readonly doubts: readonly string[];
}

/** Adds the pins below these folders to the list. With `apply`, writes it if there are new ones. Throws a UsageError as readConsumer does. */
export async function updatePins(root: string, folders: readonly string[], apply: boolean): Promise<PinsUpdate> {
  const images = await imageFolders(root);
  const consumers = await Promise.all(folders.map(readConsumer));
  const texts = consumers.flatMap((it) => [...it.texts]);
  const found = texts.flatMap(([file, text]) => findPins(text, images).map((pin) => ({ pin, file })));
  const update = addPins(
    await readPins(root),
    found.map(({ pin }) => pin),
  );
  if (apply && update.added.length > 0) {
    await writeFiles(root, { [pinsFile]: await formatLock(root, pinsFile, update.pins) });
  }
  const fileCount = new Set(texts.map(([file]) => file)).size;
  return {
    ...update,
    sources: sourcesOf(found),
    fileCount,
    doubts: [...new Set(consumers.flatMap((it) => doubtsOf(it, images)))],
  };
}

function doubtsOf({ texts, unread }: ConsumerFiles, images: readonly string[]): string[] {
  const apart = [...texts].flatMap(([file, text]) =>
    findApart(text, images).map((what) => `${file}: ${what} ${apartFrom}`),
  );
  return [...apart, ...[...unread].map(([file, why]) => `${file} was not read: ${why}.`)];
}

const apartFrom =
  'is apart from its image, so it is not listed. Write both in one text, or add <image>@<digest> to pins.json by hand.';

function sourcesOf(found: readonly { readonly pin: string; readonly file: string }[]): PinsUpdate['sources'] {
  const groups = Map.groupBy(found, ({ pin }) => pin);
  return new Map([...groups].map(([pin, list]) => [pin, [...new Set(list.map(({ file }) => file))]]));
}
