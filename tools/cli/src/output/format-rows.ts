/** Formats the coordinator's table for a terminal and for the summary of a run on GitHub. Pure. */
import { type Dispatch, type IssueAction, isRed, type Row } from '@pysan/coordination';
import { markdownAddress, markdownText } from '@pysan/model';
import { alignRows } from '@pysan/verification';

const head = ['IMAGE', 'PYTHON', 'RELEASE', 'STATUS', 'WHY', 'LINK'];

/** One line for each build, and the number of builds in each status. `isApplied` means that runs were started. */
export function formatRows(rows: readonly Row[], isApplied: boolean): string {
  const table = alignRows([head, ...rows.map((row) => cellsOf(row, isApplied))]);
  return [...table, '', countRows(rows, isApplied)].join('\n');
}

/** The same in GitHub's Markdown. Rows that need attention are bold. */
export function formatMarkdown(rows: readonly Row[], isApplied: boolean): string {
  const lines = rows.map((row) => {
    const [image = '', tag = '', python = '', status = '', why = ''] = cellsOf(row, isApplied).map(markdownText);
    const run = row.link === undefined ? '' : `[run](${markdownAddress(row.link)})`;
    return [image, tag, python, isRed(row) ? `**${status}**` : status, why, run];
  });
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
  return `## Images\n\n${countRows(rows, isApplied)}\n\n${table.join('\n')}\n`;
}

function cellsOf(row: Row, isApplied: boolean): string[] {
  const { image, tag = '', python = '', why, link = '' } = row;
  return [image, tag, python, wordFor(row, isApplied), why, link];
}

function wordFor({ status }: Row, isApplied: boolean): string {
  return status === 'dispatched' && !isApplied ? 'to dispatch' : status;
}

function countRows(rows: readonly Row[], isApplied: boolean): string {
  const counts = [...Map.groupBy(rows, (row) => wordFor(row, isApplied))];
  return `${rows.length} builds: ${counts.map(([word, list]) => `${list.length} ${word}`).join(', ')}`;
}

/** What was done, or what --apply would do. */
export function formatOutcome(
  dispatches: readonly Dispatch[],
  actions: readonly IssueAction[],
  isApplied: boolean,
): string {
  if (dispatches.length + actions.length === 0) {
    return 'There is no run to start and no issue to change.';
  }
  const changes = `start ${dispatches.length} runs and change ${actions.length} issues`;
  return isApplied ? `GitHub was asked to ${changes}.` : `--apply would ${changes}.`;
}
