/** For tests: the workflows of a local GitHub, whose runs take their time on its clock. */
import { notFound, type LocalReply, type LocalRequest, paged, type Route } from './route.ts';

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'timed_out';

export interface Workflow {
  /** The inputs that it declares; GitHub refuses others. */
  readonly inputs: readonly string[];
  /** What its `run-name` makes of them. */
  readonly runName: (inputs: Readonly<Record<string, string>>) => string;
  /** Its concurrency group: of those that share one, one runs and the others wait. */
  readonly group: (inputs: Readonly<Record<string, string>>) => string;
  /** How long a run takes, in ms. */
  readonly takesMs: (run: LocalRun) => number;
  /** What a run has done when its time is over. */
  readonly finish: (run: LocalRun) => Promise<Conclusion> | Conclusion;
  /** The workflow that its last step starts, however the others ended. */
  readonly wakes?: string;
}

export interface LocalRun {
  readonly id: number;
  readonly workflow: string;
  readonly branch: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly name: string;
  readonly group: string;
  readonly createdAt: number;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  updatedAt: number;
}

interface Due {
  readonly run: LocalRun;
  readonly at: number;
}

export class WorkflowRunner {
  readonly workflows: Readonly<Record<string, Workflow>>;
  readonly runs: LocalRun[] = [];
  now: number;
  #due: Due[] = [];

  constructor(workflows: Readonly<Record<string, Workflow>>, start: number) {
    this.workflows = workflows;
    this.now = start;
  }

  start(workflow: string, branch: string, inputs: Readonly<Record<string, string>>): LocalRun {
    const { runName, group } = this.#workflowOf(workflow);
    const run: LocalRun = {
      id: 1000 + this.runs.length,
      workflow,
      branch,
      inputs,
      name: runName(inputs),
      group: `${workflow} ${group(inputs)}`,
      createdAt: this.now,
      status: 'queued',
      conclusion: null,
      updatedAt: this.now,
    };
    this.runs.push(run);
    this.#beginWaiting();
    return run;
  }

  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      const next = this.#due.toSorted((left, right) => left.at - right.at || left.run.id - right.run.id)[0];
      if (next === undefined || next.at > until) {
        break;
      }
      this.#due = this.#due.filter((it) => it !== next);
      this.now = next.at;
      await this.#end(next);
    }
    this.now = until;
  }

  async #end({ run }: Due): Promise<void> {
    const { finish, wakes } = this.#workflowOf(run.workflow);
    const conclusion = await finish(run);
    if (wakes !== undefined) {
      this.start(wakes, run.branch, {});
    }
    Object.assign(run, { status: 'completed', conclusion, updatedAt: this.now });
    this.#beginWaiting();
  }

  #beginWaiting(): void {
    for (const run of this.runs.filter(({ status }) => status === 'queued')) {
      if (!this.runs.some(({ group, status }) => group === run.group && status === 'in_progress')) {
        Object.assign(run, { status: 'in_progress', updatedAt: this.now });
        this.#due.push({ run, at: this.now + this.#workflowOf(run.workflow).takesMs(run) });
      }
    }
  }

  #workflowOf(file: string): Workflow {
    const workflow = this.workflows[file];
    if (workflow === undefined) {
      throw new Error(`There is no workflow ${file}.`);
    }
    return workflow;
  }
}

export function runRoutes(runner: WorkflowRunner): Route[] {
  return [
    ['GET', /^\/actions\/workflows\/([^/]+)\/runs$/, ({ url }, file) => list(runner, file, url)],
    ['POST', /^\/actions\/workflows\/([^/]+)\/dispatches$/, (request, file) => dispatch(runner, file, request)],
  ];
}

function list(runner: WorkflowRunner, file: string, url: URL): LocalReply {
  if (!(file in runner.workflows)) {
    return notFound;
  }
  const since = Date.parse(url.searchParams.get('created')?.replace('>=', '') ?? '1970-01-01');
  const found = runner.runs.filter(({ workflow, createdAt }) => workflow === file && createdAt >= since).toReversed();
  return paged(
    url,
    found.map((run) => describe(run, url)),
    (page) => ({
      total_count: found.length,
      workflow_runs: page,
    }),
  );
}

function describe({ id, name, status, conclusion, createdAt, updatedAt }: LocalRun, { origin }: URL): object {
  return {
    id,
    display_title: name,
    html_url: `${origin}/runs/${id}`,
    status,
    conclusion,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  };
}

function dispatch(runner: WorkflowRunner, file: string, { url, body, apiVersion }: LocalRequest): LocalReply {
  const workflow = runner.workflows[file];
  if (workflow === undefined) {
    return notFound;
  }
  const {
    ref,
    inputs,
    return_run_details: details,
  } = body as { ref?: string; inputs?: Record<string, string>; return_run_details?: boolean };
  const unexpected = Object.keys(inputs ?? {}).filter((name) => !workflow.inputs.includes(name));
  if (ref === undefined || unexpected.length > 0) {
    return { status: 422, body: { message: `Unexpected inputs provided: ${JSON.stringify(unexpected)}` } };
  }
  const { id } = runner.start(file, ref, inputs ?? {});
  const answer = { workflow_run_id: id, run_url: `${url.origin}/api/runs/${id}`, html_url: `${url.origin}/runs/${id}` };
  return details === true && apiVersion >= '2026-03-10' ? { status: 200, body: answer } : { status: 204 };
}
