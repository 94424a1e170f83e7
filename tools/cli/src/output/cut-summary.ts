/** Summaries that GitHub shows: of one that is too long it would show nothing. Pure. */
import { printable } from '@pysan/model';

// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands: 1 MiB for each step.
const bytesMax = 2 ** 20 - 1024;

const remark =
  '\n\nGitHub shows no summary above 1 MiB, so the rest is left out. The log of this step has all of it.\n';

/** What can be appended to a summary: all of the Markdown, or the lines that fit and a sentence on the rest, once. */
export function cutSummary(before: string, markdown: string): string {
  if (before.endsWith(remark)) {
    return '';
  }
  const room = bytesMax - Buffer.byteLength(before) - Buffer.byteLength(remark);
  return Buffer.byteLength(markdown) <= room ? markdown : `${firstLines(markdown, room)}${remark}`;
}

function firstLines(text: string, room: number): string {
  const part = Buffer.from(text).subarray(0, Math.max(room, 0)).toString();
  return part.slice(0, part.lastIndexOf('\n') + 1);
}

/** Text as a block of code. */
export function codeBlock(text: string): string {
  return printable(text)
    .replaceAll(/^(?=.)/gm, '    ')
    .concat('\n');
}
