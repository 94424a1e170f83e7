/**
 * The development images: how each came out of a run that builds them in chain order, and the issues that say so. Pure.
 * The coordinator leaves these issues alone.
 */
import { type Issue, type IssueAction, titleOfFailure } from './failure-issues.ts';

/** How one image at a development branch came out, with all that it is built on. */
export interface Outcome {
  readonly image: string;
  /** `3.16t-dev` */
  readonly tag: string;
  /** What its sources were at, by component. */
  readonly commits: Readonly<Record<string, string>>;
  readonly failed: boolean;
}

/** `numpy-tsan:3.16t-dev at cpython 0123456789ab, numpy …` */
export function describeOutcome({ image, tag, commits }: Outcome): string {
  const sources = Object.entries(commits).map(([component, commit]) => `${component} ${commit.slice(0, 12)}`);
  return `${image}:${tag}${sources.length === 0 ? '' : ` at ${sources.join(', ')}`}`;
}

/** What is to be done, given the open issues on failures; `run` is the address of the run that tells more. */
export function developmentIssues(
  outcomes: readonly Outcome[],
  open: readonly Issue[],
  run: string,
): readonly IssueAction[] {
  return outcomes.flatMap((outcome): IssueAction[] => {
    const title = titleOfFailure(outcome);
    const issue = open.find((it) => it.title === title);
    if (!outcome.failed) {
      return issue === undefined ? [] : [{ do: 'close', number: issue.number, comment: `Published: ${run}` }];
    }
    const body = describeFailure(outcome, run);
    return issue === undefined
      ? [{ do: 'open', title, body }]
      : [{ do: 'update', number: issue.number, body, comment: `Failed again: ${run}` }];
  });
}

function describeFailure({ image, tag, commits }: Outcome, run: string): string {
  return [
    `\`${image}:${tag}\`, or something that it is built on, failed to build or did not pass. Its tag stays where it was.`,
    '',
    ...Object.entries(commits).map(([component, commit]) => `- ${component}: ${commit}`),
    `- run: ${run}`,
    '',
    'The next run tries the branches as they are then, and closes this issue when it succeeds.',
  ].join('\n');
}
