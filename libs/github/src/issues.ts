/** Issues: https://docs.github.com/en/rest/issues/issues. */
import { failureLabel, type Issue, type IssueAction } from '@pysan/coordination';
import { z } from 'zod';

import { readExisting, readPages } from './answer.ts';
import type { Repository } from './repository.ts';

const issues = z.array(
  z.object({
    number: z.number(),
    title: z.string(),
    body: z.string().nullable(),
    pull_request: z.unknown().optional(),
  }),
);

/** The open issues that the coordinator maintains, in no particular order. Throws an UpstreamError. */
export async function listFailureIssues(repository: Repository): Promise<Issue[]> {
  const wanted = { ...repository.at, labels: failureLabel, state: 'open' };
  const pages = readPages(repository, '/repos/{owner}/{repo}/issues', wanted);
  const found = await readExisting('issues', pages, issues);
  // GitHub lists pull requests as issues too.
  return found
    .filter(({ pull_request }) => pull_request === undefined)
    .map(({ number, title, body }) => ({ number, title, body: body ?? '' }));
}

/** Opens, updates or closes an issue. Throws an UpstreamError. */
export async function applyIssueAction(repository: Repository, action: IssueAction): Promise<void> {
  const { octokit, at } = repository;
  if (action.do === 'open') {
    const { title, body } = action;
    const content = { title, body, labels: [failureLabel] };
    // A retry after an outage might open it twice. The next coordinator sees whether it was opened.
    const answer = octokit.request('POST /repos/{owner}/{repo}/issues', { ...at, ...content, request: { retries: 0 } });
    await readExisting('issues', answer, z.unknown());
    return;
  }
  const change = action.do === 'update' ? { body: action.body } : { state: 'closed' as const };
  const issue = { ...at, issue_number: action.number };
  const answer = octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...issue, ...change });
  await readExisting(`issue ${action.number}`, answer, z.unknown());
  // The comment comes last. If it fails, one comment is lost, but none is posted twice.
  await comment(repository, action.number, action.comment);
}

async function comment({ octokit, at }: Repository, number: number, body: string): Promise<void> {
  const answer = octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...at,
    issue_number: number,
    body,
    request: { retries: 0 },
  });
  await readExisting(`issue ${number}`, answer, z.unknown());
}
