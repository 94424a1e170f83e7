/** `dist/images/<image>/<python tag>/`: the folder for the records, logs and reports of an image. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/** The folder of an image's records. `pythonTag` as of pythonTagOf. */
export function recordFolder(root: string, image: string, pythonTag: string | undefined): string {
  return path.join(root, 'dist/images', image, pythonTag ?? '');
}

/** Makes the folder of an image's records, so that a log can be written there. */
export async function makeRecordFolder(root: string, image: string, pythonTag: string | undefined): Promise<string> {
  const folder = recordFolder(root, image, pythonTag);
  await mkdir(folder, { recursive: true });
  return folder;
}
