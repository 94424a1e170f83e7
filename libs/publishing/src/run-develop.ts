/**
 * Publishes the development images: branch by branch, each image after its parents, all from the same commits. Reports the result
 * of each, and updates its issue, before the next one starts, because a run may be interrupted at any time.
 */
import { describeSources, developmentIssues, developmentProblems, type Outcome, waitFor } from '@pysan/coordination';
import { applyIssueAction, listFailureIssues, type Repository } from '@pysan/github';
import { type Image, isExpected, needsOf, ProductError } from '@pysan/model';
import type { Resolved } from '@pysan/resolution';

export interface GitHub {
  readonly issues: Repository;
  readonly run: string;
}

type DevelopmentImage = Pick<Image, 'name' | 'parent' | 'takes'>;

export interface Development<R extends Pick<Resolved, 'releases'>> {
  /** The tags of the development branches: `3.16t-dev`. */
  readonly tags: readonly string[];
  /** Each comes after the images that it is made from. Images that are not in the list must be published. */
  readonly images: readonly DevelopmentImage[];
  /** Resolves an image at a development branch. `commits`, by component, are fixed. */
  readonly resolve: (image: string, tag: string, commits: Outcome['commits']) => Promise<R>;
  /** Publishes only that image, on the published ones. Returns an exit code. */
  readonly publish: (what: Omit<Outcome, 'result'>, resolved: R) => Promise<number>;
  /** Called with each outcome immediately, and with the names of the images that the rest of the branch no longer needs. */
  readonly ended?: (outcome: Outcome, done: readonly string[]) => Promise<void>;
  /** The tracker for the issues, and the URL of the run; absent for no issues. */
  readonly gitHub?: GitHub | undefined;
  readonly print: (text: string) => void;
}

/** After all else is done, throws a ProductError that names all problems. */
export async function runDevelop<R extends Pick<Resolved, 'releases'>>(development: Development<R>): Promise<void> {
  const outcomes: Outcome[] = [];
  const unkept = new Set<string>();
  for (const tag of development.tags) {
    for await (const [outcome, index] of publishAll(development, tag)) {
      outcomes.push(outcome);
      const all = [outcome, ...waitingAfter(development.images, index, outcome)];
      await keepIssues(all, development.gitHub).catch((error: unknown) => unkept.add(`issues: ${messageOf(error)}`));
      await development.ended?.(outcome, doneAfter(development.images, index));
    }
  }
  const problems = [...developmentProblems(outcomes), ...unkept];
  if (problems.length > 0) {
    throw new ProductError(`These need attention:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

/** The outcome of each image as it happens, with its position in the list. */
async function* publishAll<R extends Pick<Resolved, 'releases'>>(
  development: Development<R>,
  tag: string,
): AsyncGenerator<[Outcome, number]> {
  const outcomes = new Map<string, Outcome>();
  let commits: Outcome['commits'] = {};
  for (const [index, image] of development.images.entries()) {
    const waiting = needsOf(image).flatMap((name) => waitFor(outcomes.get(name)) ?? [])[0];
    const outcome =
      waiting === undefined
        ? await publishOne(development, { image: image.name, tag, commits })
        : { image: image.name, tag, commits: {}, result: waiting };
    // A branch may move meanwhile, so the next image is built from the same commits.
    commits = { ...commits, ...outcome.commits };
    outcomes.set(image.name, outcome);
    yield [outcome, index];
  }
}

/** The images that will wait for a failed image, by the chain alone. */
function waitingAfter(images: readonly DevelopmentImage[], index: number, outcome: Outcome): readonly Outcome[] {
  const { image, tag } = outcome;
  const result = waitFor(outcome);
  const waiting = new Set(result?.is === 'waiting' ? [image] : []);
  return images.slice(index + 1).flatMap((it): Outcome[] => {
    if (result === undefined || !needsOf(it).some((name) => waiting.has(name))) {
      return [];
    }
    waiting.add(it.name);
    return [{ image: it.name, tag, commits: {}, result }];
  });
}

/** The images that were needed until this position, and that no later image is made from. */
function doneAfter(images: readonly DevelopmentImage[], index: number): readonly string[] {
  const lastUse = (name: string): number =>
    images.findLastIndex((it) => it.name === name || needsOf(it).includes(name));
  return images.flatMap(({ name }) => (lastUse(name) === index ? [name] : []));
}

async function publishOne<R extends Pick<Resolved, 'releases'>>(
  { resolve, publish, print }: Development<R>,
  { image, tag, commits }: Omit<Outcome, 'result'>,
): Promise<Outcome> {
  try {
    const resolved = await resolve(image, tag, commits);
    const known = { image, tag, commits: commitsIn(resolved) };
    print(`== ${describeSources(known)}`);
    const isPublished = (await publish(known, resolved)) === 0;
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
