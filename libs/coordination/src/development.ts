/**
 * The development images: the result of each in a run that builds them in chain order, and the issues about failures. Pure.
 * The coordinator does not touch these issues.
 */
import { markdownText } from '@pysan/model';

import { type Issue, type IssueAction, titleOfFailure } from './failure-issues.ts';

/** The result of one image at a development branch. */
export interface Outcome {
  readonly image: string;
  /** `3.16t-dev` */
  readonly tag: string;
  /** The commits of its sources and of all images below it, by component, as far as they were looked up. */
  readonly commits: Readonly<Record<string, string>>;
  readonly result: Result;
}

export type Result =
  | { readonly is: 'published' }
  | { readonly is: 'failed' }
  /** The commit of a branch is not known, so it was not tried. */
  | { readonly is: 'unknown'; readonly why: string }
  /** The image below, which did not come to be, is the one to look at: it was not tried. */
  | { readonly is: 'waiting'; readonly for: string };

/** `numpy-tsan:3.16t-dev at cpython 0123456789ab, numpy …` */
export function describeSources({ image, tag, commits }: Omit<Outcome, 'result'>): string {
  const sources = Object.entries(commits).map(([component, commit]) => `${component} ${commit.slice(0, 12)}`);
  return `${image}:${tag}${sources.length === 0 ? '' : ` at ${sources.join(', ')}`}`;
}

/** The result of an image that follows from the result of an image that it is made from; undefined if it may be tried. */
export function waitFor(below: Outcome | undefined): Result | undefined {
  if (below === undefined || below.result.is === 'published') {
    return undefined;
  }
  return below.result.is === 'waiting' ? below.result : { is: 'waiting', for: below.image };
}

/** One line for each image that needs attention, with the images that wait for it. */
export function developmentProblems(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap((outcome) => {
    const { result } = outcome;
    if (result.is === 'published' || result.is === 'waiting') {
      return [];
    }
    const waiting = waitingFor(outcome, outcomes);
    const remark = waiting.length === 0 ? '' : ` (waiting for it: ${waiting.join(', ')})`;
    return [`${describeSources(outcome)} ${result.is === 'failed' ? 'failed' : `is unknown: ${result.why}`}${remark}`];
  });
}

function waitingFor({ image, tag }: Outcome, outcomes: readonly Outcome[]): string[] {
  return outcomes
    .filter((it) => it.tag === tag && it.result.is === 'waiting' && it.result.for === image)
    .map((it) => it.image);
}

/**
 * The changes to the issues, given the open issues about failures. `run` is the URL of the run with the details. An image
 * that waits or is unknown keeps its issue.
 */
export function developmentIssues(
  outcomes: readonly Outcome[],
  open: readonly Issue[],
  run: string,
): readonly IssueAction[] {
  return outcomes.flatMap((outcome): IssueAction[] => {
    const title = titleOfFailure(outcome);
    const issue = open.find((it) => it.title === title);
    if (outcome.result.is === 'published') {
      return issue === undefined ? [] : [{ do: 'close', number: issue.number, comment: `Published: ${run}` }];
    }
    if (outcome.result.is !== 'failed') {
      return [];
    }
    const body = describeFailure(outcome, waitingFor(outcome, outcomes), run);
    return issue === undefined
      ? [{ do: 'open', title, body }]
      : [{ do: 'update', number: issue.number, body, comment: `Failed again: ${run}` }];
  });
}

function describeFailure({ image, tag, commits }: Outcome, waiting: readonly string[], run: string): string {
  return [
    `\`${image}:${tag}\` failed to build or did not pass. Its tag has not moved.`,
    '',
    ...Object.entries(commits).map(([component, commit]) => `- ${component}: ${markdownText(commit)}`),
    ...(waiting.length === 0 ? [] : [`- waiting for it: ${waiting.join(', ')}`]),
    `- run: ${run}`,
    '',
    'The next run builds the newest commits of the branches, and closes this issue when it succeeds.',
  ].join('\n');
}
