/** The Debian mirror that this machine's apt is configured with. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Address of the mirror of Debian's main archive, without a final slash; undefined on a machine that has none. */
export async function findAptMirror(folder = '/etc/apt'): Promise<string | undefined> {
  const parts = path.join(folder, 'sources.list.d');
  const names = await readdir(parts).catch(() => []);
  const files = [path.join(folder, 'sources.list'), ...names.map((name) => path.join(parts, name))];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.flatMap((text) => parseMirror(text) ?? [])[0];
}

// Debian's own archive ends in /debian; /debian-security and third parties have other paths.
function parseMirror(text: string): string | undefined {
  const url = /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(?<url>https?:\/\/\S+?\/debian)\/?(?:\s|$)/m.exec(text);
  return url?.groups?.['url'];
}
