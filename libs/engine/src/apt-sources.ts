/**
 * Reads a host's apt sources and writes the one that is missing. Pure.
 *
 * Debian 12's own docker.io is too old, so the next release's is taken from the same mirror, with the same key,
 * at a priority at which nothing else comes from there by itself.
 */
import { parseFields, splitParagraphs } from '@pysan/sources/deb822';

/** The Debian release whose engine is taken where the host's own is too old. */
export const donorSuite = 'trixie';

/** The oldest Docker that knows named build contexts. */
const dockerMajorMin = 23;

export interface AptEntry {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** A keyring file, or a key as it stands in the sources; undefined: apt's trusted keys. */
  readonly signedBy: string | undefined;
}

/** The entries for binary packages that are switched on; both of apt's forms, told apart by the file's content. */
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
 * The entry of the host's own release, from which a mirror and a key can be taken; undefined when there is none.
 * Where some packages are of a newer release than the sources, as base-files may be, any entry of Debian's archive will do.
 */
export function findMainEntry(entries: readonly AptEntry[], codename: string): AptEntry | undefined {
  const main = entries.filter(({ components }) => components.includes('main'));
  return main.find(({ suites }) => suites.includes(codename)) ?? main.find(({ uri }) => /\/debian\/?$/.test(uri));
}

/** A sources file for the donor's packages by the host's own mirror and key. */
export function formatDonorSources({ uri, signedBy }: AptEntry): string {
  const key = signedBy === undefined ? '' : `Signed-By: ${signedBy}\n`;
  return `Types: deb\nURIs: ${uri}\nSuites: ${donorSuite}\nComponents: main\n${key}`;
}

/** The preferences file that keeps everything else of the donor out. */
export const donorPreferences = `Package: *\nPin: release n=${donorSuite}\nPin-Priority: 100\n`;

/** Whether `apt-cache policy docker.io docker-buildx` offers an engine that is new enough, and buildx. */
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
