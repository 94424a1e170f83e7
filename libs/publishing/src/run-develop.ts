/**
 * Publishes the development images: branch by branch, each image after those that it is made from, all from the same
 * commits. What came of one is told, and its issue kept, before the next one starts: a run may be cut at any time.
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
  /** Of the development branches: `3.16t-dev`. */
  readonly tags: readonly string[];
  /** Each after those that it is made from; what is not among them is published. */
  readonly images: readonly DevelopmentImage[];
  /** What an image is built from at a development branch; `commits`, by component, are decided already. */
  readonly resolve: (image: string, tag: string, commits: Outcome['commits']) => Promise<R>;
  /** Publishes that image alone, on what was published before; answers an exit code. */
  readonly publish: (what: Omit<Outcome, 'result'>, resolved: R) => Promise<number>;
  /** Gets each outcome at once, and the names of the images that the rest of the branch does not need any more. */
  readonly ended?: (outcome: Outcome, done: readonly string[]) => Promise<void>;
  /** Who gets the issues, and the address of the run that they are on; absent for nobody. */
  readonly gitHub?: GitHub | undefined;
  readonly print: (text: string) => void;
}

/** Throws a ProductError that names all that somebody must look at, after all else is done. */
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

/** Each image's outcome, as it comes, with its place in the list. */
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
    // A branch may move meanwhile: what one image was built from, the next is built from as well.
    commits = { ...commits, ...outcome.commits };
    outcomes.set(image.name, outcome);
    yield [outcome, index];
  }
}

/** What will wait for an image that did not come to be, by the chain alone. */
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

/** The images that nothing after this place is made from, and that were needed until now. */
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
