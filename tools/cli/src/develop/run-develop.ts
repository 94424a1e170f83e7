/** Publishes the development images: branch by branch, each chain to its end, all from the same commits. */
import { applyIssueAction, findRepository, listFailureIssues } from '@pysan/github';
import { isExpected, ProductError } from '@pysan/model';
import { describeOutcome, developmentIssues, type Outcome } from '@pysan/planning';

type Options = Readonly<Record<string, string | boolean>>;

export interface Development {
  /** Of the development branches: `3.16t-dev`. */
  readonly tags: readonly string[];
  /** Those that no other is built on: their chains are all there is. */
  readonly images: readonly string[];
  /** The options of a publication, with the commit of each branch. */
  readonly resolve: (image: string, given: Options & { readonly python: string }) => Promise<Options>;
  /** Answers an exit code. */
  readonly publish: (image: string, options: Options) => Promise<number>;
  /** Whose GitHub gets the issues; without GITHUB_REPOSITORY there are none. */
  readonly env: NodeJS.ProcessEnv;
  readonly print: (text: string) => void;
}

/** Throws a ProductError that names all that failed, after all else is done. */
export async function runDevelop(development: Development): Promise<void> {
  const problems: string[] = [];
  const outcomes: Outcome[] = [];
  for (const tag of development.tags) {
    try {
      await publishAll(development, tag, outcomes);
    } catch (error) {
      problems.push(`${tag}: ${messageOf(error)}`);
    }
  }
  problems.push(...outcomes.filter(({ failed }) => failed).map((it) => `${describeOutcome(it)} failed`));
  await keepIssues(outcomes, development.env).catch((error: unknown) => problems.push(`issues: ${messageOf(error)}`));
  if (problems.length > 0) {
    throw new ProductError(`Somebody must look at this:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

async function publishAll(
  { images, resolve, publish, print }: Development,
  tag: string,
  outcomes: Outcome[],
): Promise<void> {
  let commits: Readonly<Record<string, string>> = {};
  for (const image of images) {
    const options = await resolve(image, { ...commits, python: tag });
    // A branch may move meanwhile: what one chain was built from, the next is built from as well.
    commits = { ...commits, ...commitsIn(options) };
    const outcome = { image, tag, commits: commitsIn(options) };
    print(`== ${describeOutcome({ ...outcome, failed: false })}`);
    outcomes.push({ ...outcome, failed: (await publish(image, options)) !== 0 });
  }
}

function commitsIn(options: Options): Record<string, string> {
  const entries = Object.entries(options).filter(([, value]) => /^[0-9a-f]{40}$/.test(String(value)));
  return Object.fromEntries(entries) as Record<string, string>;
}

async function keepIssues(outcomes: readonly Outcome[], env: NodeJS.ProcessEnv): Promise<void> {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_SERVER_URL: server = '', GITHUB_RUN_ID: run = '' } = env;
  if (repository === '') {
    return;
  }
  const { issues } = findRepository(env);
  const actions = developmentIssues(
    outcomes,
    await listFailureIssues(issues),
    `${server}/${repository}/actions/runs/${run}`,
  );
  for (const action of actions) {
    await applyIssueAction(issues, action);
  }
}

function messageOf(error: unknown): string {
  if (!isExpected(error)) {
    throw error;
  }
  return error.message;
}
