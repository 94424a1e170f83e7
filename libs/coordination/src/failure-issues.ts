/**
 * One issue on GitHub for each image and Python tag that fails: compares the open issues with the wanted ones. Pure.
 *
 * The title identifies an issue. It is only closed by good news. A build that waits or is unknown keeps its issue.
 */
import { buildName, markdownAddress, markdownText } from '@pysan/model';

import { nextTryAfter, type WorkflowRun } from './attempts.ts';
import { nameOf, type Row } from './coordinate.ts';

/** The label of the issues that the coordinator maintains. */
export const failureLabel = 'build-failure';

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

export type IssueAction =
  | { readonly do: 'open'; readonly title: string; readonly body: string }
  | { readonly do: 'update'; readonly number: number; readonly body: string; readonly comment: string }
  | { readonly do: 'close'; readonly number: number; readonly comment: string };

const title = /^(?<image>\S+)(?: (?<tag>\S+))? fails to build$/;

/** The changes to make, given the open issues with that label; none if they were made before. */
export function reconcileIssues(rows: readonly Row[], open: readonly Issue[]): readonly IssueAction[] {
  const [kept, doubles] = splitDoubles(open);
  return [
    ...rows.flatMap((row) => keep(row, kept.get(titleOfFailure(row)))),
    ...[...kept.values()].flatMap((issue) => closeDone(issue, rows)),
    ...doubles.map(({ number }): IssueAction => ({
      do: 'close',
      number,
      comment: 'Another issue covers this failure.',
    })),
  ];
}

function splitDoubles(open: readonly Issue[]): [ReadonlyMap<string, Issue>, readonly Issue[]] {
  const sorted = open.toSorted((left, right) => left.number - right.number);
  const kept = new Map(sorted.toReversed().map((issue) => [issue.title, issue]));
  return [kept, sorted.filter((issue) => kept.get(issue.title) !== issue)];
}

/** The title that identifies an issue about a failure. */
export function titleOfFailure({ image, tag }: Pick<Row, 'image' | 'tag'>): string {
  return `${image}${tag === undefined ? '' : ` ${tag}`} fails to build`;
}

function keep(row: Row, issue: Issue | undefined): IssueAction[] {
  const { failures = [], status } = row;
  const [last] = failures;
  if (status !== 'failed' || last === undefined) {
    return [];
  }
  const body = describe(row, failures, last);
  if (issue === undefined) {
    return [{ do: 'open', title: titleOfFailure(row), body }];
  }
  const comment = `Failed again, ${failures.length} times by now: ${markdownAddress(last.url)}`;
  // GitHub returns texts with its own line ends.
  return issue.body.replaceAll('\r\n', '\n') === body ? [] : [{ do: 'update', number: issue.number, body, comment }];
}

function closeDone({ number, title: text }: Issue, rows: readonly Row[]): IssueAction[] {
  const { image, tag } = title.exec(text)?.groups ?? {};
  // The workflow of the development branches maintains their issues.
  if (image === undefined || tag?.endsWith('-dev') === true) {
    return [];
  }
  const row = rows.find((it) => it.image === image && it.tag === tag);
  // An issue without a tag in its title may have been opened by a person.
  const gone = tag === undefined ? '' : 'It is no longer tracked.';
  const comment = row === undefined ? gone : row.status === 'fresh' ? 'It is published and proven.' : '';
  return comment === '' ? [] : [{ do: 'close', number, comment }];
}

function describe(row: Row, failures: readonly WorkflowRun[], last: WorkflowRun): string {
  const { image, python, buildId = '' } = row;
  const [release, input] = python === undefined ? ['', ''] : [` (Python ${python})`, `, with ${python}`];
  const next = new Date(nextTryAfter(failures)).toISOString();
  return [
    `\`${nameOf(row)}\`${release} was started, but it was not published and proven.`,
    '',
    `- build: ${buildName(buildId)}`,
    `- failures in a row: ${failures.length}`,
    `- last: ${new Date(last.at).toISOString()}, ${markdownAddress(last.url)} (${markdownText(last.conclusion ?? '')})`,
    `- next try: not before ${next}, or as soon as one of its inputs changes`,
    '',
    `To try at once: Actions, ${image}, Run workflow${input}. The coordinator keeps this issue up to date and`,
    'closes it when the image is fresh.',
  ].join('\n');
}
