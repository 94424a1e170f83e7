/** For tests: other projects on a local GitHub, with their releases and tags, as https://docs.github.com/en/rest/releases. */
import { type LocalReply, type LocalRequest, notFound, paged, type Route } from './route.ts';

export interface LocalRelease {
  readonly tag: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
}

export interface LocalProject {
  /** The newest first, as GitHub lists them. */
  readonly releases: readonly LocalRelease[];
  /** Those that no release was made of. */
  readonly tags?: readonly string[];
  /** The release that its owner calls the latest; without it, the newest that is stable. */
  readonly latest?: string;
}

/** By `owner/name`. */
export type LocalProjects = Readonly<Record<string, LocalProject>>;

type Answer = (project: LocalProject, request: LocalRequest) => LocalReply;

/** Their paths are whole. */
export function releaseRoutes(projects: LocalProjects): Route[] {
  const route = (path: string, answer: Answer): Route => [
    'GET',
    new RegExp(`^/repos/([^/]+/[^/]+)/${path}$`),
    (request, name) => {
      const project = projects[name];
      return project === undefined ? notFound : answer(project, request);
    },
  ];
  return [route('releases', list), route('releases/latest', showLatest), route('tags', listTags)];
}

function list({ releases }: LocalProject, { url }: LocalRequest): LocalReply {
  return paged(url, releases.map(describe), (page) => page);
}

function showLatest({ releases, latest }: LocalProject): LocalReply {
  const stable = releases.filter(({ draft, prerelease }) => draft !== true && prerelease !== true);
  const found = stable.find(({ tag }) => latest === undefined || tag === latest);
  return found === undefined ? notFound : { status: 200, body: describe(found) };
}

function listTags({ releases, tags = [] }: LocalProject, { url }: LocalRequest): LocalReply {
  // A draft has no tag yet.
  const released = releases.filter(({ draft }) => draft !== true).map(({ tag }) => tag);
  return paged(
    url,
    [...released, ...tags].map((name) => ({ name })),
    (page) => page,
  );
}

function describe({ tag, draft = false, prerelease = false }: LocalRelease): object {
  return { tag_name: tag, name: tag, draft, prerelease };
}
