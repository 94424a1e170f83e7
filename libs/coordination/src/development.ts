/**
 * The development images: how each came out of a run that builds them in chain order, and the issues that say so. Pure.
 * The coordinator leaves these issues alone.
 */
import { markdownText } from '@pysan/model';

import { type Issue, type IssueAction, titleOfFailure } from './failure-issues.ts';

/** How one image at a development branch came out. */
export interface Outcome {
  readonly image: string;
  /** `3.16t-dev` */
  readonly tag: string;
  /** What the sources of it and of all that it is built on were at, by component, as far as that was looked up. */
  readonly commits: Readonly<Record<string, string>>;
  readonly result: Result;
}

export type Result =
  | { readonly is: 'published' }
  | { readonly is: 'failed' }
  /** Nobody could tell what a branch is at: it was not tried. */
  | { readonly is: 'unknown'; readonly why: string }
  /** The image below, which did not come to be, is the one to look at: it was not tried. */
  | { readonly is: 'waiting'; readonly for: string };

/** `numpy-tsan:3.16t-dev at cpython 0123456789ab, numpy …` */
export function describeSources({ image, tag, commits }: Omit<Outcome, 'result'>): string {
  const sources = Object.entries(commits).map(([component, commit]) => `${component} ${commit.slice(0, 12)}`);
  return `${image}:${tag}${sources.length === 0 ? '' : ` at ${sources.join(', ')}`}`;
}

/** What an image gets when one that it is made from came out so; undefined when it may be tried. */
export function waitFor(below: Outcome | undefined): Result | undefined {
  if (below === undefined || below.result.is === 'published') {
    return undefined;
  }
  return below.result.is === 'waiting' ? below.result : { is: 'waiting', for: below.image };
}

/** A line for each image that somebody must look at, with what waits for it. */
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
 * What is to be done, given the open issues on failures; `run` is the address of the run that tells more. What waits, or is
 * unknown, keeps the issue that it has.
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
    `\`${image}:${tag}\` failed to build or did not pass. Its tag stays where it was.`,
    '',
    ...Object.entries(commits).map(([component, commit]) => `- ${component}: ${markdownText(commit)}`),
    ...(waiting.length === 0 ? [] : [`- waiting for it: ${waiting.join(', ')}`]),
    `- run: ${run}`,
    '',
    'The next run tries the branches as they are then, and closes this issue when it succeeds.',
  ].join('\n');
}
