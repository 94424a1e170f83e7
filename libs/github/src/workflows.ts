/** Workflows and their runs: https://docs.github.com/en/rest/actions/workflow-runs. */
import type { WorkflowRun } from '@pysan/coordination';
import { z } from 'zod';

import { readExisting, readPages } from './answer.ts';
import type { Repository } from './repository.ts';

const runs = z.array(
  z.object({
    id: z.number(),
    display_title: z.string(),
    html_url: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    updated_at: z.string(),
  }),
);

/** The runs of a workflow file since a given day, in no particular order. Throws an UpstreamError, also if there is no such file. */
export async function listRuns(repository: Repository, workflow: string, since: Date): Promise<WorkflowRun[]> {
  const wanted = { ...repository.at, workflow_id: workflow, created: `>=${since.toISOString().slice(0, 10)}` };
  const pages = readPages(repository, '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', wanted);
  const found = await readExisting(`workflow ${workflow}`, pages, runs);
  return found.map(({ id, display_title, html_url, status, conclusion, updated_at }) => ({
    id,
    name: display_title,
    url: html_url,
    conclusion: status === 'completed' ? (conclusion ?? 'unknown') : undefined,
    at: Date.parse(updated_at),
  }));
}

const started = z.object({ html_url: z.string() });

/** Starts a run of a workflow file on a branch, and returns its URL for people. Throws an UpstreamError. */
export async function startRun(
  { octokit, at }: Repository,
  workflow: string,
  branch: string,
  inputs: Readonly<Record<string, string>>,
): Promise<string> {
  const answer = octokit.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
    ...at,
    workflow_id: workflow,
    ref: branch,
    inputs: { ...inputs },
    return_run_details: true,
    // A retry after an outage might start it twice. The next coordinator sees whether it was started.
    request: { retries: 0 },
  });
  return (await readExisting(`workflow ${workflow}`, answer, started)).html_url;
}
