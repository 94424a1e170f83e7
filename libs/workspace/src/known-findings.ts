/** Reads the known findings in upstream's own code: `versions/<component>/findings.json`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { type KnownFindings, parseKnownFindings } from '@pysan/verification';
import { glob } from 'tinyglobby';

/** The known findings of all components. ConfigError for a malformed file. */
export async function readKnownFindings(root: string): Promise<KnownFindings> {
  const files = await glob('versions/*/findings.json', { cwd: root });
  const entries = files.map(async (file) => {
    const text = await readFile(path.join(root, file), 'utf8');
    return [path.basename(path.dirname(file)), parseKnownFindings(file, text)] as const;
  });
  return new Map(await Promise.all(entries));
}
