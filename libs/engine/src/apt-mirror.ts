/** The Debian mirror that this machine's apt is configured with. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { type AptEntry, parseAptSources } from './apt-sources.ts';

/** URL of the mirror of Debian's main archive, without a final slash; undefined on a machine that has none. */
export async function findAptMirror(folder?: string): Promise<string | undefined> {
  const addresses = (await readAptEntries(folder)).map(({ uri }) => uri.replace(/\/$/, ''));
  // Debian's own archive ends in /debian; /debian-security and third parties have other paths.
  return addresses.find((address) => /^https?:.*\/debian$/.test(address));
}

/** The host's apt sources from all files; none if the host does not use apt. */
export async function readAptEntries(folder = '/etc/apt'): Promise<AptEntry[]> {
  const parts = path.join(folder, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).filter((name) => /\.(?:list|sources)$/.test(name));
  const files = [path.join(folder, 'sources.list'), ...names.map((name) => path.join(parts, name))];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.flatMap(parseAptSources);
}
