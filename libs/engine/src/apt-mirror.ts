/** The Debian mirrors that this machine's apt is configured with. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { type AptEntry, parseAptSources } from './apt-sources.ts';

/** URL of the mirror of Debian's main archive, without a final slash; undefined on a machine that has none. */
export function findAptMirror(folder?: string): Promise<string | undefined> {
  // Third parties have other paths.
  return findAddress(/^https?:.*\/debian$/, folder);
}

/** URL of the mirror of Debian's security updates, likewise. */
export function findSecurityMirror(folder?: string): Promise<string | undefined> {
  return findAddress(/^https?:.*\/debian-security$/, folder);
}

async function findAddress(pattern: RegExp, folder: string | undefined): Promise<string | undefined> {
  const addresses = (await readAptEntries(folder)).map(({ uri }) => uri.replace(/\/$/, ''));
  return addresses.find((address) => pattern.test(address));
}

/** The host's apt sources from all files; none if the host does not use apt. */
export async function readAptEntries(folder = '/etc/apt'): Promise<AptEntry[]> {
  const parts = path.join(folder, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).filter((name) => /\.(?:list|sources)$/.test(name));
  const files = [path.join(folder, 'sources.list'), ...names.map((name) => path.join(parts, name))];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.flatMap(parseAptSources);
}
