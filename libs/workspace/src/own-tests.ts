/** The script that runs upstream's own threaded tests in an image: `images/<image>/own-tests`. */
import { access } from 'node:fs/promises';
import path from 'node:path';

/** Its absolute path; undefined for an image without. */
export async function findOwnTests(root: string, image: string): Promise<string | undefined> {
  const file = path.join(root, 'images', image, 'own-tests');
  return access(file).then(
    () => file,
    () => undefined,
  );
}
