/**
 * Files of a Debian suite, by its InRelease (https://wiki.debian.org/DebianRepository/Format). Mirrors use plain HTTP, so only
 * Debian's signature proves what Debian serves.
 */
import { createHash } from 'node:crypto';

import { fetchBytes, type Site } from '@pysan/http';
import { EngineError, oneLine, UpstreamError } from '@pysan/model';
import { execa } from 'execa';

import { parseFields } from './deb822.ts';

/** The mirror of a suite, and the keys that must have signed it. */
export interface DebianSite extends Site {
  /** Address of the mirror of its security updates. */
  readonly security: string;
  /** Path of an OpenPGP keyring. */
  readonly keyring: string;
}

/** Where the package debian-archive-keyring has Debian's own keys. */
export const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

const releaseBytesMax = 4 * 2 ** 20;

/**
 * A file of a suite, `main/source/Sources.xz`, with the bytes that Debian has signed. Throws an UpstreamError if the suite or file
 * does not exist or differs, and an EngineError if this machine cannot check signatures.
 */
export async function fetchSuiteFile(suite: string, file: string, site: DebianSite): Promise<Buffer> {
  const url = `${site.origin}/dists/${suite}/InRelease`;
  const signed = await fetchBytes(url, site.timing, releaseBytesMax);
  if (signed === undefined) {
    throw new UpstreamError(`${url} answered 404: the mirror has no such suite.`);
  }
  const release = parseFields(await requireSignature(url, signed, site.keyring));
  requireCurrent(url, suite, release, (site.timing?.now ?? Date.now)());
  return fetchListed(`${site.origin}/dists/${suite}/${file}`, entryOf(url, file, release), site);
}

/** The text that a key of the keyring has signed, without anything around it. */
async function requireSignature(url: string, signed: Buffer, keyring: string): Promise<string> {
  const args = ['--keyring', keyring, '--status-fd', '2', '--output', '-'];
  const { code, stdout, stderr } = await execa('gpgv', args, { input: signed, reject: false });
  if (code === 'ENOENT' || /^gpgv: .*: (?:No such file or directory|can't open)/m.test(stderr)) {
    throw new EngineError(
      `The signature of ${url} cannot be checked without gpgv and ${keyring}. Install them: apt-get install gpgv debian-archive-keyring`,
    );
  }
  // Debian signs with several keys, and an older keyring lacks some of them. One known key is enough.
  if (!/^\[GNUPG:\] GOODSIG /m.test(stderr) || /^\[GNUPG:\] BADSIG /m.test(stderr)) {
    const said = stderr.split('\n').filter((line) => line.startsWith('gpgv: '));
    throw new UpstreamError(
      `${url} did not answer as documented: it is not signed with a key of ${keyring}. ${oneLine(said.join(' ')).slice(0, 300)}`,
    );
  }
  return stdout;
}

/** Checks suite and date: another or an outdated suite may be signed as well. */
function requireCurrent(url: string, suite: string, release: ReadonlyMap<string, string>, now: number): void {
  const names = [release.get('suite'), release.get('codename')];
  if (!names.includes(suite)) {
    throw new UpstreamError(`${url} is that of ${names.join(' and ')}. Ask another mirror.`);
  }
  const until = release.get('valid-until');
  if (until !== undefined && !(Date.parse(until) > now)) {
    throw new UpstreamError(`${url} was valid until ${until}. Ask another mirror, and check the clock.`);
  }
}

interface Entry {
  readonly sha256: string;
  readonly bytes: number;
}

function entryOf(url: string, file: string, release: ReadonlyMap<string, string>): Entry {
  const lines = (release.get('sha256') ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  const [sha256, bytes] = lines.find(([, , name]) => name === file) ?? [];
  if (sha256 === undefined || bytes === undefined) {
    throw new UpstreamError(`${url} has no ${file}. Debian may have moved it.`);
  }
  return { sha256, bytes: Number(bytes) };
}

async function fetchListed(url: string, { sha256, bytes }: Entry, { timing }: DebianSite): Promise<Buffer> {
  const content = await fetchBytes(url, timing, bytes);
  if (content === undefined) {
    throw new UpstreamError(`${url} answered 404, but Debian has signed for it. Try again later.`);
  }
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== sha256) {
    throw new UpstreamError(
      `${url} did not answer as documented: its sha256 is ${found}, but Debian has signed for ${sha256}. The mirror may be updating. Try again in a few minutes.`,
    );
  }
  return content;
}
