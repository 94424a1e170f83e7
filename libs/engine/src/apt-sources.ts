/**
 * Reads a host's apt sources, and composes the entry that is missing. Pure.
 *
 * Debian 12's docker.io is too old. The next release's is taken from the same mirror, with the same key, at a priority at
 * which apt installs nothing else from there by itself.
 */
import { parseFields, splitParagraphs } from '@pysan/sources/deb822';

/** The Debian release whose engine is used if the host's own is too old. */
export const donorSuite = 'trixie';

/** The oldest Docker with named build contexts. */
const dockerMajorMin = 23;

export interface AptEntry {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** A keyring file, or a key in the sources itself; undefined for apt's trusted keys. */
  readonly signedBy: string | undefined;
}

/** The enabled entries for binary packages, in both of apt's formats. The content of a file shows its format. */
export function parseAptSources(text: string): AptEntry[] {
  return /^Types:/m.test(text) ? parseStanzas(text) : text.split('\n').flatMap(parseLine);
}

function parseStanzas(text: string): AptEntry[] {
  return splitParagraphs(text)
    .map(parseFields)
    .flatMap((fields) => {
      const words = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
      const isOff = fields.get('enabled') === 'no' || !words('types').includes('deb');
      const entry = { suites: words('suites'), components: words('components'), signedBy: fields.get('signed-by') };
      return isOff ? [] : words('uris').map((uri) => ({ uri, ...entry }));
    });
}

function parseLine(line: string): AptEntry[] {
  const match = /^\s*deb\s+(?:\[(?<options>[^\]]*)\]\s*)?(?<uri>\S+)\s+(?<suite>\S+)(?<components>[^#]*)/.exec(line);
  const { options = '', uri = '', suite = '', components = '' } = match?.groups ?? {};
  const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
  return match === null ? [] : [{ uri, suites: [suite], components: components.trim().split(/\s+/), signedBy }];
}

/**
 * The entry of the host's release, which has a mirror and a key; undefined if there is none. If a package such as base-files
 * is from a newer release than the sources, any entry of Debian's archive is used.
 */
export function findMainEntry(entries: readonly AptEntry[], codename: string): AptEntry | undefined {
  const main = entries.filter(({ components }) => components.includes('main'));
  return main.find(({ suites }) => suites.includes(codename)) ?? main.find(({ uri }) => /\/debian\/?$/.test(uri));
}

/** A sources file for the donor's packages, with the host's mirror and key. */
export function formatDonorSources({ uri, signedBy }: AptEntry): string {
  const key = signedBy === undefined ? '' : `Signed-By: ${signedBy}\n`;
  return `Types: deb\nURIs: ${uri}\nSuites: ${donorSuite}\nComponents: main\n${key}`;
}

/** The preferences file that excludes all other packages of the donor. */
export const donorPreferences = `Package: *\nPin: release n=${donorSuite}\nPin-Priority: 100\n`;

/** Whether `apt-cache policy docker.io docker-buildx` offers buildx and an engine that is new enough. */
export function offersEngine(policy: string): boolean {
  const engine = candidateOf(policy, 'docker.io');
  return (
    engine !== undefined &&
    Number.parseInt(engine) >= dockerMajorMin &&
    candidateOf(policy, 'docker-buildx') !== undefined
  );
}

/** The version that apt would install; undefined when it has no such package. */
export function candidateOf(policy: string, name: string): string | undefined {
  const section = policy.split(/^(?=\S)/m).find((part) => part.startsWith(`${name}:\n`)) ?? '';
  const candidate = /^ +Candidate: (\S+)$/m.exec(section)?.[1];
  return candidate === '(none)' ? undefined : candidate;
}
