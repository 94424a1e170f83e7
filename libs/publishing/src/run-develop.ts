/** Publishes the development images: branch by branch, each image after those that it is made from, all from the same commits. */
import { applyIssueAction, listFailureIssues, type Repository } from '@pysan/github';
import { type Image, isExpected, needsOf, ProductError } from '@pysan/model';
import { describeSources, developmentIssues, developmentProblems, type Outcome, waitFor } from '@pysan/coordination';
import type { Resolved } from '@pysan/resolution';

export interface GitHub {
  readonly issues: Repository;
  readonly run: string;
}

export interface Development<R extends Pick<Resolved, 'releases'>> {
  /** Of the development branches: `3.16t-dev`. */
  readonly tags: readonly string[];
  /** Each after those that it is made from. */
  readonly images: readonly Pick<Image, 'name' | 'parent' | 'takes'>[];
  /** What an image is built from at a development branch; `commits`, by component, are decided already. */
  readonly resolve: (image: string, tag: string, commits: Outcome['commits']) => Promise<R>;
  /** Publishes that image alone, made from those that were published before; answers an exit code. */
  readonly publish: (image: string, resolved: R) => Promise<number>;
  /** Who gets the issues, and the address of the run that they are on; absent for nobody. */
  readonly gitHub?: GitHub | undefined;
  readonly print: (text: string) => void;
}

/** Throws a ProductError that names all that somebody must look at, after all else is done. */
export async function runDevelop<R extends Pick<Resolved, 'releases'>>(development: Development<R>): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const tag of development.tags) {
    outcomes.push(...(await publishAll(development, tag)));
  }
  const problems = [...developmentProblems(outcomes)];
  await keepIssues(outcomes, development.gitHub).catch((error: unknown) =>
    problems.push(`issues: ${messageOf(error)}`),
  );
  if (problems.length > 0) {
    throw new ProductError(`These need attention:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

async function publishAll<R extends Pick<Resolved, 'releases'>>(
  development: Development<R>,
  tag: string,
): Promise<readonly Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  let commits: Outcome['commits'] = {};
  for (const { name: image, ...below } of development.images) {
    const needs = needsOf(below).map((name) => outcomes.get(name));
    const waiting = needs.map(waitFor).find((it) => it !== undefined);
    const outcome =
      waiting === undefined
        ? await publishOne(development, { image, tag, commits })
        : { image, tag, commits: {}, result: waiting };
    // A branch may move meanwhile: what one image was built from, the next is built from as well.
    commits = { ...commits, ...outcome.commits };
    outcomes.set(image, outcome);
  }
  return [...outcomes.values()];
}

async function publishOne<R extends Pick<Resolved, 'releases'>>(
  { resolve, publish, print }: Development<R>,
  { image, tag, commits }: Omit<Outcome, 'result'>,
): Promise<Outcome> {
  try {
    const resolved = await resolve(image, tag, commits);
    const known = { image, tag, commits: commitsIn(resolved) };
    print(`== ${describeSources(known)}`);
    const isPublished = (await publish(image, resolved)) === 0;
    return { ...known, result: { is: isPublished ? 'published' : 'failed' } };
  } catch (error) {
    return { image, tag, commits: {}, result: { is: 'unknown', why: messageOf(error) } };
  }
}

function commitsIn({ releases }: Pick<Resolved, 'releases'>): Record<string, string> {
  return Object.fromEntries(releases.flatMap(({ component, commit }) => (commit ? [[component, commit]] : [])));
}

async function keepIssues(outcomes: readonly Outcome[], gitHub: GitHub | undefined): Promise<void> {
  if (gitHub === undefined) {
    return;
  }
  const { issues, run } = gitHub;
  for (const action of developmentIssues(outcomes, await listFailureIssues(issues), run)) {
    await applyIssueAction(issues, action);
  }
}

function messageOf(error: unknown): string {
  if (!isExpected(error)) {
    throw error;
  }
  return error.message;
}
