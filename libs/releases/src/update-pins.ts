/** From the workflow files of consumers to pins.json. */
import { addPins, findPins, type Pins, pinsFile } from '@pysan/retention';
import { formatLock, imageFolders, readPins, readWorkflows, writeFiles } from '@pysan/workspace';

export interface PinsUpdate {
  /** The whole list, sorted. */
  readonly pins: Pins;
  /** What is new in it. */
  readonly added: Pins;
  /** Of each pin that was found, the files that name it. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** How many files were read. */
  readonly fileCount: number;
}

/** Adds the pins below these folders to the list and, with `apply`, writes it when there are new ones. UsageError as for readWorkflows. */
export async function updatePins(root: string, folders: readonly string[], apply: boolean): Promise<PinsUpdate> {
  const images = await imageFolders(root);
  const texts = (await Promise.all(folders.map(readWorkflows))).flatMap((files) => [...files]);
  const found = texts.flatMap(([file, text]) => findPins(text, images).map((pin) => ({ pin, file })));
  const update = addPins(
    await readPins(root),
    found.map(({ pin }) => pin),
  );
  if (apply && update.added.length > 0) {
    await writeFiles(root, { [pinsFile]: await formatLock(root, pinsFile, update.pins) });
  }
  return { ...update, sources: sourcesOf(found), fileCount: new Set(texts.map(([file]) => file)).size };
}

function sourcesOf(found: readonly { readonly pin: string; readonly file: string }[]): PinsUpdate['sources'] {
  const groups = Map.groupBy(found, ({ pin }) => pin);
  return new Map([...groups].map(([pin, list]) => [pin, [...new Set(list.map(({ file }) => file))]]));
}
