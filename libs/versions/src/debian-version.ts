/** The order of Debian's versions (https://www.debian.org/doc/debian-policy/ch-controlfields.html#version). Pure. */

interface Parts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

/** Negative when `left` is older, positive when it is newer, 0 when they are the same: `1:1.0~rc1-1` is older than `1:1.0-1`. */
export function compareDebianVersions(left: string, right: string): number {
  const [older, newer] = [partsOf(left), partsOf(right)];
  return (
    compareParts(older.epoch, newer.epoch) ||
    compareParts(older.upstream, newer.upstream) ||
    compareParts(older.revision, newer.revision)
  );
}

function partsOf(version: string): Parts {
  const { epoch, upstream, revision } =
    /^(?:(?<epoch>\d+):)?(?<upstream>.*?)(?:-(?<revision>[^-]*))?$/.exec(version)?.groups ?? {};
  return { epoch: epoch ?? '0', upstream: upstream ?? '', revision: revision ?? '0' };
}

/** Texts and numbers in turn. */
function compareParts(left: string, right: string): number {
  const [lefts, rights] = [left, right].map((part) => part.split(/(\d+)/)) as [string[], string[]];
  const length = Math.max(lefts.length, rights.length);
  const orders = Array.from({ length }, (_, index) => {
    const [one, other] = [lefts[index] ?? '', rights[index] ?? ''];
    return index % 2 === 1 ? Number(one) - Number(other) : compareTexts(one, other);
  });
  return orders.find((order) => order !== 0) ?? 0;
}

function compareTexts(left: string, right: string): number {
  const length = Math.max(left.length, right.length);
  const weights = Array.from({ length }, (_, index) => weightOf(left[index]) - weightOf(right[index]));
  return weights.find((weight) => weight !== 0) ?? 0;
}

/** A tilde comes before the end, which comes before letters, which come before all else. */
function weightOf(character: string | undefined): number {
  if (character === undefined || character === '~') {
    return character === undefined ? 0 : -1;
  }
  return (character.codePointAt(0) ?? 0) + (/[A-Za-z]/.test(character) ? 0 : 0x100);
}
