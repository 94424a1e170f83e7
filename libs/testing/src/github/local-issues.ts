/** For tests: the issues of a local GitHub. */
import { type LocalReply, type LocalRequest, notFound, paged, type Route } from './route.ts';

export interface LocalIssue {
  readonly number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  labels: string[];
  readonly comments: string[];
  /** There when it is a pull request: GitHub's issues are both. */
  readonly pull_request?: object;
}

type Content = Partial<Pick<LocalIssue, 'title' | 'body' | 'state' | 'labels'>>;

export function issueRoutes(issues: LocalIssue[]): Route[] {
  return [
    ['GET', /^\/issues$/, ({ url }) => list(issues, url)],
    ['POST', /^\/issues$/, ({ body }) => open(issues, body)],
    ['PATCH', /^\/issues\/(\d+)$/, ({ body }, number) => change(issues, number, body)],
    ['POST', /^\/issues\/(\d+)\/comments$/, ({ body }, number) => comment(issues, number, body)],
  ];
}

function list(issues: readonly LocalIssue[], url: URL): LocalReply {
  const labels = (url.searchParams.get('labels') ?? '').split(',').filter((label) => label !== '');
  const state = url.searchParams.get('state') ?? 'open';
  const found = issues.filter(
    (issue) => issue.state === state && labels.every((label) => issue.labels.includes(label)),
  );
  return paged(url, found, (page) => page);
}

function open(issues: LocalIssue[], body: LocalRequest['body']): LocalReply {
  const { title = '', body: content = '', labels = [] } = body as Content;
  // GitHub hands texts back with its own line ends.
  const issue: LocalIssue = {
    number: issues.length + 1,
    title,
    body: content.replaceAll('\n', '\r\n'),
    state: 'open',
    labels,
    comments: [],
  };
  issues.push(issue);
  return { status: 201, body: issue };
}

function change(issues: readonly LocalIssue[], number: string, body: LocalRequest['body']): LocalReply {
  const issue = issues.find((it) => String(it.number) === number);
  if (issue === undefined) {
    return notFound;
  }
  Object.assign(issue, body);
  return { status: 200, body: issue };
}

function comment(issues: readonly LocalIssue[], number: string, { body }: LocalRequest['body']): LocalReply {
  const issue = issues.find((it) => String(it.number) === number);
  issue?.comments.push(String(body));
  return issue === undefined ? notFound : { status: 201, body: {} };
}
