/** What others wrote, on its way to a terminal, a log or GitHub's Markdown: it may say something there, and steer nothing. */

const escapeSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~])?/g;
// C0 but for tab and line feed, C1, and what has no width or turns the direction of writing.
const steering =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const unprintable = new RegExp(`${steering.source}|[\\t\\n]`);

/** The text without characters that steer a terminal or hide something; its lines stay. */
export function printable(text: string): string {
  return text.replaceAll(escapeSequence, '').replaceAll(steering, '');
}

/** As printable, on one line. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '));
}

/** True for text on one line in which printable finds nothing to take out: what a label, a tag or a version may be. */
export function isPlain(text: string): boolean {
  return !unprintable.test(text);
}

/** As oneLine, for GitHub's Markdown: it makes no link, code, table, element or mention. */
export function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@&#8203;');
}

/** An address on the web for GitHub's Markdown; what is none becomes text. */
export function markdownAddress(url: string): string {
  return /^https?:\/\/[\w./:?&=%~+-]+$/.test(url) ? url : markdownText(url);
}
