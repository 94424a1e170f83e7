/** Lists that come in pages: `Link: <…>; rel="next"` names the next one (RFC 8288). They have an end, too. */
import { UpstreamError } from '@pysan/model';

import { bytesMax, requireBelow } from './bounded.ts';
import type { HttpResponse } from './retry.ts';

const pagesMax = 500;
const minutesMax = 10;

/** One list while it is read. */
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

/** The address of the page after `url`; undefined on the last. UpstreamError when it is elsewhere, was read before, or the list has no end. */
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
  // The question may carry a token, which is for that server only.
  if (next !== undefined && (!isSameOrigin(next, url) || paging.seen.has(next))) {
    throw new UpstreamError(`${url} did not answer as documented: it names ${next} as its next page.`);
  }
  if (next !== undefined) {
    requireEnd(url, paging.seen.size, paging.begun, paging.now());
  }
  return next;
}

/** UpstreamError when a list of so many pages, begun at that time (ms since 1970), is not read any further. */
export function requireEnd(url: string, pages: number, begun: number, now: number): void {
  if (pages >= pagesMax || now - begun > minutesMax * 60_000) {
    throw new UpstreamError(
      `${url} is one page of a list that has no end: ${pages} pages in ${Math.round((now - begun) / 1000)} s. It was not read further.`,
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
