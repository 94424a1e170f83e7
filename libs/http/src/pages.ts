/** Reads lists in pages: `Link: <…>; rel="next"` names the next one (RFC 8288). Endless lists are errors. */
import { UpstreamError } from '@pysan/model';

import { bytesMax, requireBelow } from './bounded.ts';
import type { HttpResponse } from './retry.ts';

const pagesMax = 500;
const minutesMax = 10;

/** The state of reading one list. */
export interface Paging {
  readonly seen: Set<string>;
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly now: () => number;
  bytes: number;
}

export function startPaging(now: () => number = Date.now): Paging {
  return { seen: new Set(), begun: now(), now, bytes: 0 };
}

/** The URL of the page after `url`; undefined on the last. Throws an UpstreamError if it is on another server, was read before, or the list is endless. */
export function nextPage(
  url: string,
  answer: Pick<HttpResponse, 'headers'> & { readonly body: Buffer },
  paging: Paging,
): string | undefined {
  paging.seen.add(url);
  paging.bytes += answer.body.length;
  requireBelow(url, paging.bytes, bytesMax.json);
  const link = nextLink(String(answer.headers['link'] ?? ''));
  const next = link === undefined || !URL.canParse(link, url) ? link : new URL(link, url).href;
  // The request may carry a token, which is for that server only.
  if (next !== undefined && (!isSameOrigin(next, url) || paging.seen.has(next))) {
    throw new UpstreamError(`${url} did not answer as documented: it names ${next} as its next page.`);
  }
  if (next !== undefined) {
    requireEnd(url, paging.seen.size, paging.begun, paging.now());
  }
  return next;
}

/** Throws an UpstreamError if a list has too many pages or takes too long. `begun` is in milliseconds since 1970. */
export function requireEnd(url: string, pages: number, begun: number, now: number): void {
  if (pages >= pagesMax || now - begun > minutesMax * 60_000) {
    throw new UpstreamError(
      `${url} is a page of an endless list: ${pages} pages in ${Math.round((now - begun) / 1000)} s. The rest was not read.`,
    );
  }
}

function nextLink(header: string): string | undefined {
  const links = header.split(',').map((it) => it.split(';').map((part) => part.trim()));
  const next = links.find(([, ...parameters]) => parameters.some((it) => /^rel="?next"?$/.test(it)));
  return next?.[0]?.replace(/^</, '').replace(/>$/, '');
}

function isSameOrigin(next: string, url: string): boolean {
  return URL.canParse(next) && new URL(next).origin === new URL(url).origin;
}
