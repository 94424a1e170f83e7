/**
 * Maintains one pull request: a branch with one commit on top of its base branch. It only uses GitHub's API
 * (https://docs.github.com/en/rest/git), so that nothing is pushed from a working copy and git gets no credentials.
 */
import { z } from 'zod';

import { read, readExisting } from './answer.ts';
import type { Repository } from './repository.ts';

export interface ProposedFile {
  /** Path from the root of the repository. */
  readonly path: string;
  /** The mode in git's form: `100644`, `100755`. */
  readonly mode: '100644' | '100755';
  readonly content: string;
}

export interface Proposal {
  /** The branch of the pull request. It is overwritten, so nothing else may use it. */
  readonly branch: string;
  /** The base branch. */
  readonly into: string;
  /** The commit on which the files were changed. */
  readonly base: string;
  readonly files: readonly ProposedFile[];
  /** The title, and the message of the commit. */
  readonly title: string;
  /** In Markdown. */
  readonly text: string;
}

const object = z.object({ sha: z.string() });
const commit = z.object({ sha: z.string(), tree: object, parents: z.array(object) });
const reference = z.object({ object });
const pull = z.object({ number: z.number(), html_url: z.string(), title: z.string(), body: z.string().nullable() });

type Pull = z.infer<typeof pull>;

/** Opens or updates the pull request, and returns its URL. Throws an UpstreamError. */
export async function propose(repository: Repository, proposal: Proposal): Promise<string> {
  const tree = await writeTree(repository, proposal);
  const head = await findHead(repository, proposal.branch);
  if (head?.tree.sha !== tree || head.parents[0]?.sha !== proposal.base) {
    await moveBranch(repository, proposal.branch, await writeCommit(repository, proposal, tree), head !== undefined);
  }
  const open = await findPull(repository, proposal.branch);
  return open === undefined ? openPull(repository, proposal) : updatePull(repository, proposal, open);
}

/** Closes the open pull request of a branch, if there is one. Throws an UpstreamError. */
export async function withdraw(repository: Repository, branch: string): Promise<void> {
  const open = await findPull(repository, branch);
  if (open !== undefined) {
    await changePull(repository, open, { state: 'closed' });
  }
}

async function writeTree({ octokit, at }: Repository, { base, files }: Proposal): Promise<string> {
  const address = { ...at, commit_sha: base };
  const answer = octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', address);
  const { tree } = await readExisting(`commit ${base}`, answer, commit);
  const entries = files.map(({ path, mode, content }) => ({ path, mode, content, type: 'blob' as const }));
  const written = octokit.request('POST /repos/{owner}/{repo}/git/trees', {
    ...at,
    base_tree: tree.sha,
    tree: entries,
  });
  return (await readExisting('tree', written, object)).sha;
}

async function findHead({ octokit, at }: Repository, branch: string): Promise<z.infer<typeof commit> | undefined> {
  const ref = `heads/${branch}`;
  const found = await read(octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at, ref }), reference);
  if (found === undefined) {
    return undefined;
  }
  const address = { ...at, commit_sha: found.object.sha };
  return read(octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', address), commit);
}

async function writeCommit({ octokit, at }: Repository, { title, base }: Proposal, tree: string): Promise<string> {
  const content = { message: title, tree, parents: [base] };
  const answer = octokit.request('POST /repos/{owner}/{repo}/git/commits', { ...at, ...content });
  return (await readExisting('commits', answer, object)).sha;
}

async function moveBranch({ octokit, at }: Repository, branch: string, sha: string, exists: boolean): Promise<void> {
  const answer = exists
    ? octokit.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...at, ref: `heads/${branch}`, sha, force: true })
    : octokit.request('POST /repos/{owner}/{repo}/git/refs', { ...at, ref: `refs/heads/${branch}`, sha });
  await readExisting(`branch ${branch}`, answer, z.unknown());
}

async function findPull({ octokit, at }: Repository, branch: string): Promise<Pull | undefined> {
  const query = { head: `${at.owner}:${branch}`, state: 'open' as const };
  const answer = octokit.request('GET /repos/{owner}/{repo}/pulls', { ...at, ...query });
  return (await readExisting('pull requests', answer, z.array(pull)))[0];
}

async function openPull({ octokit, at }: Repository, { branch, into, title, text }: Proposal): Promise<string> {
  const content = { head: branch, base: into, title, body: text };
  // A retry after an outage would be refused if the first request has opened one for that branch.
  const answer = octokit.request('POST /repos/{owner}/{repo}/pulls', { ...at, ...content, request: { retries: 0 } });
  return (await readExisting('pull requests', answer, pull)).html_url;
}

async function updatePull(repository: Repository, { title, text }: Proposal, open: Pull): Promise<string> {
  // GitHub returns texts with its own line ends.
  const isSame = open.title === title && open.body?.replaceAll('\r\n', '\n') === text;
  if (!isSame) {
    await changePull(repository, open, { title, body: text });
  }
  return open.html_url;
}

async function changePull(
  { octokit, at }: Repository,
  { number }: Pull,
  change: { readonly title: string; readonly body: string } | { readonly state: 'closed' },
): Promise<void> {
  const address = { ...at, pull_number: number };
  const answer = octokit.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { ...address, ...change });
  await readExisting(`pull request ${number}`, answer, z.unknown());
}
