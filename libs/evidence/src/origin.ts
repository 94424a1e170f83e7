/**
 * The builder and its sources: a run of GitHub Actions, or another machine. The variables are those of
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Origin {
  /** URL of the repository with the recipes. */
  readonly project: string;
  /** Its full commit. */
  readonly commit: string;
  /** URI of the builder. */
  readonly builder: string;
  /** URL of the run. */
  readonly invocation?: string;
}

/** The origin of a checkout's builds. Outside GitHub Actions the builder is not certified. */
export function originOf(env: Environment, checkout: Pick<Origin, 'project' | 'commit'>): Origin {
  const [workflow, project] = [workflowOf(env), repositoryOf(env)];
  if (workflow === undefined || project === undefined) {
    return { ...checkout, builder: `${checkout.project}/local` };
  }
  const { GITHUB_RUN_ID: run = '', GITHUB_RUN_ATTEMPT: attempt = '' } = env;
  return {
    project,
    commit: checkout.commit,
    builder: workflow,
    invocation: `${project}/actions/runs/${run}/attempts/${attempt}`,
  };
}

/** URL of the workflow that runs; undefined outside of GitHub Actions. */
function workflowOf(env: Environment): string | undefined {
  return repositoryOf(env) === undefined
    ? undefined
    : `${env['GITHUB_SERVER_URL'] ?? ''}/${env['GITHUB_WORKFLOW_REF'] ?? ''}`;
}

/** URL of the repository whose workflow runs; undefined outside of GitHub Actions. */
export function repositoryOf(env: Environment): string | undefined {
  return env['GITHUB_ACTIONS'] === 'true'
    ? `${env['GITHUB_SERVER_URL'] ?? ''}/${env['GITHUB_REPOSITORY'] ?? ''}`
    : undefined;
}
