/** For tests: the commits, branches and pull requests of a local GitHub. */
import { createHash } from 'node:crypto';

import { type LocalReply, type LocalRequest, notFound, paged, type Route } from './route.ts';

export interface LocalPull {
  readonly number: number;
  readonly html_url: string;
  readonly head: string;
  readonly base: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
}

type Files = Readonly<Record<string, string>>;

interface Commit {
  readonly sha: string;
  readonly message: string;
  readonly tree: { readonly sha: string };
  readonly parents: readonly { readonly sha: string }[];
}

/** One commit on `main`, of one file. */
export class LocalGit {
  readonly trees = new Map<string, Files>();
  readonly commits = new Map<string, Commit>();
  readonly branches = new Map<string, string>();
  readonly pulls: LocalPull[] = [];

  constructor() {
    this.branches.set('main', this.commit('begin', this.write({ 'README.md': 'pysan' }), []).sha);
  }

  write(files: Files): string {
    const sha = hash(files);
    this.trees.set(sha, files);
    return sha;
  }

  commit(message: string, tree: string, parents: readonly string[]): Commit {
    const content = { message, tree: { sha: tree }, parents: parents.map((sha) => ({ sha })) };
    // Made a second time it would have another time.
    const commit = { sha: hash({ ...content, count: this.commits.size }), ...content };
    this.commits.set(commit.sha, commit);
    return commit;
  }

  filesOf(branch: string): Files | undefined {
    const commit = this.commits.get(this.branches.get(branch) ?? '');
    return this.trees.get(commit?.tree.sha ?? '');
  }
}

function hash(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('hex');
}

export function gitRoutes(git: LocalGit): Route[] {
  return [
    ['GET', /^\/git\/commits\/(\w+)$/, (_, sha) => existing(git.commits.get(sha))],
    ['POST', /^\/git\/commits$/, ({ body }) => createCommit(git, body)],
    ['POST', /^\/git\/trees$/, ({ body }) => createTree(git, body)],
    ['GET', /^\/git\/ref\/heads\/(.+)$/, (_, branch) => existing(referenceOf(git, branch))],
    ['POST', /^\/git\/refs$/, ({ body }) => createReference(git, body)],
    ['PATCH', /^\/git\/refs\/heads\/(.+)$/, ({ body }, branch) => moveReference(git, branch, body)],
    ['GET', /^\/pulls$/, ({ url }) => listPulls(git, url)],
    ['POST', /^\/pulls$/, ({ url, body }) => createPull(git, url, body)],
    ['PATCH', /^\/pulls\/(\d+)$/, ({ body }, number) => changePull(git, number, body)],
  ];
}

function existing(body: unknown): LocalReply {
  return body === undefined ? notFound : { status: 200, body };
}

function createCommit(git: LocalGit, body: LocalRequest['body']): LocalReply {
  const { message, tree, parents } = body as { message: string; tree: string; parents: string[] };
  return git.trees.has(tree) && parents.every((sha) => git.commits.has(sha))
    ? { status: 201, body: git.commit(message, tree, parents) }
    : { status: 422, body: { message: 'Tree or parent does not exist' } };
}

function createTree(git: LocalGit, body: LocalRequest['body']): LocalReply {
  const { base_tree: base = '', tree } = body as { base_tree?: string; tree: { path: string; content: string }[] };
  const changes = Object.fromEntries(tree.map(({ path, content }) => [path, content]));
  return { status: 201, body: { sha: git.write({ ...git.trees.get(base), ...changes }) } };
}

function referenceOf({ branches }: LocalGit, branch: string): object | undefined {
  const sha = branches.get(branch);
  return sha === undefined ? undefined : { ref: `refs/heads/${branch}`, object: { sha } };
}

function createReference(git: LocalGit, body: LocalRequest['body']): LocalReply {
  const { ref, sha } = body as { ref: string; sha: string };
  const branch = ref.replace('refs/heads/', '');
  if (git.branches.has(branch)) {
    return { status: 422, body: { message: 'Reference already exists' } };
  }
  git.branches.set(branch, sha);
  return { status: 201, body: referenceOf(git, branch) };
}

function moveReference(git: LocalGit, branch: string, body: LocalRequest['body']): LocalReply {
  const { sha, force } = body as { sha: string; force?: boolean };
  if (!git.branches.has(branch)) {
    return { status: 422, body: { message: 'Reference does not exist' } };
  }
  const isForward = git.commits.get(sha)?.parents.some((parent) => parent.sha === git.branches.get(branch)) === true;
  if (!isForward && force !== true) {
    return { status: 422, body: { message: 'Update is not a fast forward' } };
  }
  git.branches.set(branch, sha);
  return { status: 200, body: referenceOf(git, branch) };
}

function listPulls({ pulls }: LocalGit, url: URL): LocalReply {
  const head = url.searchParams.get('head')?.split(':')[1];
  const state = url.searchParams.get('state') ?? 'open';
  return paged(
    url,
    pulls.filter((it) => it.state === state && it.head === head),
    (page) => page,
  );
}

function createPull(git: LocalGit, url: URL, body: LocalRequest['body']): LocalReply {
  const { head, base, title, body: content } = body as { head: string; base: string; title: string; body: string };
  if (git.pulls.some((it) => it.head === head && it.state === 'open')) {
    return { status: 422, body: { message: 'A pull request already exists' } };
  }
  const number = git.pulls.length + 1;
  const pull: LocalPull = {
    number,
    html_url: `${url.origin}/pull/${number}`,
    head,
    base,
    title,
    body: content.replaceAll('\n', '\r\n'),
    state: 'open',
  };
  git.pulls.push(pull);
  return { status: 201, body: pull };
}

function changePull({ pulls }: LocalGit, number: string, body: LocalRequest['body']): LocalReply {
  const pull = pulls.find((it) => String(it.number) === number);
  return existing(pull === undefined ? undefined : Object.assign(pull, body));
}
