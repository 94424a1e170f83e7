/** For tests: what a local GitHub is asked and answers, and the pages of its lists. */
/** What is answered; without a body there is none. */
export interface LocalReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LocalRequest {
  readonly method: string;
  readonly url: URL;
  readonly token: string;
  readonly apiVersion: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Route = readonly [method: string, path: RegExp, answer: (request: LocalRequest, id: string) => LocalReply];

export const notFound: LocalReply = { status: 404, body: { message: 'Not Found' } };

/** One page of a list, and the `Link` header that names the next one. */
export function paged(url: URL, items: readonly unknown[], wrap: (page: readonly unknown[]) => unknown): LocalReply {
  const size = Number(url.searchParams.get('per_page') ?? 30);
  const page = Number(url.searchParams.get('page') ?? 1);
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const headers = page * size < items.length ? { link: `<${next.href}>; rel="next"` } : {};
  return { status: 200, body: wrap(items.slice((page - 1) * size, page * size)), headers };
}
