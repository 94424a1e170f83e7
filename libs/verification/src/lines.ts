/**
 * Bytes of a log -> pieces of text, of which each holds at most one header: a runtime writes its header wherever the
 * program stopped, in the middle of a line too. The twin of tools/san/san/lines.py.
 */

/** Bytes of a line that are searched as one; a longer one, as binary rubbish has, is searched in such parts. */
const lineBytesMax = 1 << 20;
/** Bytes of a piece that are kept. */
const pieceBytesMax = 1 << 14;

const report = /(?:==[0-9]+== ?)?(?:ERROR|WARNING): [A-Za-z]+Sanitizer: /g;
const runtimeError = /: runtime error: /g;

const colour = /\x1b\[[0-9;]*[A-Za-z]/g;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Lines without their ends; a character is a byte (Latin-1), so that places in them are places in the log. */
export function* linesOf(log: string | Uint8Array): Generator<string> {
  const bytes = typeof log === 'string' ? Buffer.from(log) : Buffer.from(log.buffer, log.byteOffset, log.byteLength);
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(10, start);
    const end = Math.min(feed < 0 ? bytes.length : feed + 1, start + lineBytesMax);
    yield bytes.toString('latin1', start, end).replace(/(?<!\r)\r*\n?$/, '');
    start = end;
  }
}

/** False for the millions of lines that need no further look: no header, no failure, no summary. */
export function mayHaveHeader(line: string): boolean {
  return ['Sanitizer', 'runtime error: ', 'ubsan: ', 'ASan'].some((word) => line.includes(word));
}

/** Text of a line, cut before each header but the first, which keeps what a log collector put before it. */
export function piecesOf(line: string): string[] {
  const bounds = [0, ...headerStarts(line).slice(1), line.length];
  return bounds.slice(1).map((end, index) => textOf(line.slice(bounds[index], end)));
}

function headerStarts(line: string): number[] {
  const reports = [...line.matchAll(report)].map(({ index }) => index);
  // The place before `: runtime error: ` begins behind the last blank.
  const errors = [...line.matchAll(runtimeError)].map(({ index }) => line.slice(0, index).lastIndexOf(' ') + 1);
  return [...new Set([...reports, ...errors])].toSorted((left, right) => left - right);
}

/** Its text without colours; bytes that are no UTF-8 become U+FFFD. */
export function textOf(piece: string): string {
  return decoder.decode(Buffer.from(piece.slice(0, pieceBytesMax), 'latin1')).replaceAll(colour, '');
}
