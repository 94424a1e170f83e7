/**
 * For tests: a real HTTP server on loopback that behaves as GitHub does, in good and in bad times. Its clock is the
 * test's: runs end when `advance` has come so far, so a week passes as fast as the requests are answered.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { gitRoutes, LocalGit } from './local-git.ts';
import { issueRoutes, type LocalIssue } from './local-issues.ts';
import { type LocalPackages, packageRoutes } from './local-packages.ts';
import { type LocalProjects, releaseRoutes } from './local-releases.ts';
import { type LocalRun, runRoutes, type Workflow, WorkflowRunner } from './local-runs.ts';
import { type LocalReply, type LocalRequest, notFound, type Route } from './route.ts';

export type { LocalIssue, LocalPackages, LocalRun, Workflow };

/** Another answer in GitHub's place; or the connection breaks off, before or after it did what was asked. */
export type Trouble = LocalReply | 'breaks off' | 'answer is lost' | undefined;

export interface LocalGitHub {
  readonly origin: string;
  /** Now, in ms since 1970. */
  readonly now: () => number;
  /** Lets time pass, and all that happens in it happen, one thing after the other. */
  readonly advance: (ms: number) => Promise<void>;
  /** Starts a run as its schedule does, or a person on the Actions page. */
  readonly start: (workflow: string, inputs?: Readonly<Record<string, string>>) => LocalRun;
  readonly runs: readonly LocalRun[];
  readonly issues: readonly LocalIssue[];
  readonly git: LocalGit;
  /** What was asked, in order. */
  readonly asked: LocalRequest[];
  /** What goes wrong with a request. */
  trouble: (request: LocalRequest) => Trouble;
  readonly stop: () => void;
}

export interface Setting {
  readonly repository: string;
  /** The accepted tokens; an empty one means anonymous. */
  readonly tokens: readonly string[];
  readonly workflows: Readonly<Record<string, Workflow>>;
  readonly packages?: LocalPackages;
  /** Other repositories, of which it knows the releases. */
  readonly projects?: LocalProjects;
  /** In ms since 1970. */
  readonly start: number;
}

/** GitHub's own words: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api. */
export const secondaryLimit: LocalReply = {
  status: 403,
  body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' },
  headers: { 'retry-after': '60' },
};

export async function startGitHub({
  repository,
  tokens,
  workflows,
  packages,
  projects = {},
  start,
}: Setting): Promise<LocalGitHub> {
  const issues: LocalIssue[] = [];
  const runner = new WorkflowRunner(workflows, start);
  const git = new LocalGit();
  const routes = [...runRoutes(runner), ...issueRoutes(issues), ...gitRoutes(git)];
  const otherRoutes = [...(packages === undefined ? [] : packageRoutes(packages)), ...releaseRoutes(projects)];
  const prefix = `/repos/${repository}`;

  function answer(request: LocalRequest): LocalReply {
    if (!tokens.includes(request.token)) {
      return { status: 401, body: { message: 'Bad credentials' } };
    }
    // Clients write the slash of a branch as %2F.
    const path = decodeURIComponent(request.url.pathname);
    return path.startsWith(prefix)
      ? follow(routes, request, path.slice(prefix.length))
      : follow(otherRoutes, request, path);
  }

  function respond(request: LocalRequest, response: ServerResponse): void {
    local.asked.push(request);
    const trouble = local.trouble(request);
    const reply = typeof trouble === 'object' || trouble === 'breaks off' ? trouble : answer(request);
    if (typeof trouble === 'string' || typeof reply === 'string') {
      response.destroy();
    } else {
      send(response, reply);
    }
  }

  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => respond(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const local: LocalGitHub = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    now: () => runner.now,
    advance: (ms) => runner.advance(ms),
    start: (workflow, inputs = {}) => runner.start(workflow, 'main', inputs),
    runs: runner.runs,
    issues,
    git,
    asked: [],
    trouble: () => undefined,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return local;
}

function follow(routes: readonly Route[], request: LocalRequest, path: string): LocalReply {
  for (const [method, pattern, reply] of routes) {
    const match = method === request.method ? pattern.exec(path) : null;
    if (match !== null) {
      return reply(request, match[1] ?? '');
    }
  }
  return notFound;
}

async function readRequest(incoming: IncomingMessage): Promise<LocalRequest> {
  const { method = '', url = '', headers } = incoming;
  const body = await text(incoming);
  return {
    method,
    url: new URL(url, `http://${headers.host}`),
    token: (headers.authorization ?? '').replace(/^\w+ /, ''),
    apiVersion: String(headers['x-github-api-version']),
    body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
  };
}

function send(response: ServerResponse, { status, body, headers }: LocalReply): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
