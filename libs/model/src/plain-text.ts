/** Cleans text from others for a terminal, a log or GitHub's Markdown: it is shown, but cannot control anything. */

const escapeSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~])?/g;
// C0 without tab and line feed, C1, and characters that have no width or change the direction of text.
const steering =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const unprintable = new RegExp(`${steering.source}|[\\t\\n]`);

/** The text without characters that control a terminal or hide something. Line breaks stay. */
export function printable(text: string): string {
  return text.replaceAll(escapeSequence, '').replaceAll(steering, '');
}

/** As printable, but on one line. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '));
}

/** True for text on one line that printable does not change, as labels, tags and versions must be. */
export function isPlain(text: string): boolean {
  return !unprintable.test(text);
}

/** As oneLine, for GitHub's Markdown: the text makes no link, code, table, element or mention. */
export function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@&#8203;');
}

/** A URL for GitHub's Markdown. Any other text is escaped. */
export function markdownAddress(url: string): string {
  return /^https?:\/\/[\w./:?&=%~+-]+$/.test(url) ? url : markdownText(url);
}
