/**
 * Asks another party over HTTP. Three answers: what it said, `undefined` for "no such thing" (404), and an
 * UpstreamError for everything that is neither: an outage never looks like "nothing there".
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { UpstreamError } from '@pysan/model';
import { interceptors, request } from 'undici';
import type { z } from 'zod';

import { findDispatcher } from './dispatcher.ts';
import { type HttpResponse, isLimit, limitedUntil, waitAfterResponse, waitAfterError } from './retry.ts';

const followRedirects = interceptors.redirect({ maxRedirections: 5 });

/** How patiently a server is asked. Replaced in tests, so that waiting takes no time. */
export interface Timing {
  /** How long any single answer may take, in milliseconds; a download may take 30 times as long. */
  readonly timeoutMs: number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const patient: Timing = { timeoutMs: 10_000, sleep, now: Date.now };
const downloadFactor = 30;

/** A server, without a slash at the end. */
export interface Site {
  readonly origin: string;
  /** Value of the header of that name. It is sent to that server only, and stands in no message. */
  readonly authorization?: string | undefined;
  readonly timing?: Timing;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly timing?: Timing | undefined;
  /** What raises the server's limit of requests, for the message when it is reached. */
  readonly limitHint?: string;
}

export interface FullResponse extends HttpResponse {
  readonly body: Buffer;
}

/** The headers by which a site is told who asks; none for an address of another server. */
export function identify(url: string, { origin, authorization }: Site): Record<string, string> {
  const isTheirs = new URL(url).origin === new URL(origin).origin;
  return authorization === undefined || !isTheirs ? {} : { authorization };
}

/** GETs JSON and checks its shape; undefined for 404. Throws an UpstreamError. */
export async function fetchJson<T>(
  url: string,
  schema: z.ZodType<T>,
  request: HttpRequest = {},
): Promise<T | undefined> {
  const answer = await ask(url, request);
  return answer === undefined ? undefined : parseBody(url, answer.body.toString('utf8'), schema);
}

/** GETs a list that comes in pages, all of it; undefined for 404. `Link: <…>; rel="next"` names the next page (RFC 8288). */
export async function fetchPages<T>(
  first: string,
  schema: z.ZodType<readonly T[]>,
  request: HttpRequest,
): Promise<T[] | undefined> {
  const items: T[] = [];
  const seen = new Set<string>();
  for (let url: string | undefined = first; url !== undefined;) {
    seen.add(url);
    const answer = await ask(url, request);
    if (answer === undefined) {
      return undefined;
    }
    items.push(...parseBody(url, answer.body.toString('utf8'), schema));
    url = nextPage(url, answer, seen);
  }
  return items;
}

/** The address of the next page; undefined on the last. UpstreamError when it is elsewhere, or one of those `seen`. */
export function nextPage(url: string, { headers }: HttpResponse, seen: ReadonlySet<string>): string | undefined {
  const link = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(String(headers['link'] ?? ''))?.[1];
  const next = link === undefined || !URL.canParse(link, url) ? link : new URL(link, url).href;
  // The question may carry a token, which is for that server only.
  if (next !== undefined && (!isSameOrigin(next, url) || seen.has(next))) {
    throw new UpstreamError(`${url} did not answer as documented: it names ${next} as its next page.`);
  }
  return next;
}

function isSameOrigin(next: string, url: string): boolean {
  return URL.canParse(next) && new URL(next).origin === new URL(url).origin;
}

/** GETs a file into memory; undefined for 404. Throws an UpstreamError, also when the file is not whole. */
export async function fetchBytes(url: string, timing: Timing = patient): Promise<Buffer | undefined> {
  return (await ask(url, { timing: { ...timing, timeoutMs: downloadFactor * timing.timeoutMs } }))?.body;
}

/** Asks until the answer stands: undefined for 404, an UpstreamError for everything but 200. */
export async function ask(url: string, request: HttpRequest): Promise<FullResponse | undefined> {
  const answer = await requestUntilAnswered(url, request);
  if (answer.status === 404) {
    return undefined;
  }
  if (answer.status !== 200) {
    throw new UpstreamError(describeRefusal(url, answer, request));
  }
  return answer;
}

/** Asks until the answer stands, and gives it whatever it is. Throws an UpstreamError when none comes. */
export function requestUntilAnswered(url: string, request: HttpRequest): Promise<FullResponse> {
  const timing = request.timing ?? patient;
  return repeatUntilAnswered(url, timing, () => askOnce(url, request, timing.timeoutMs));
}

/** Makes attempts at `url`, each of one or more requests, until an answer stands. Throws an UpstreamError when none comes. */
export async function repeatUntilAnswered(
  url: string,
  timing: Timing,
  attempt: () => Promise<FullResponse | NetworkError>,
): Promise<FullResponse> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt();
    const wait =
      'error' in outcome ? waitAfterError(tries, outcome.error) : waitAfterResponse(tries, outcome, timing.now());
    if (wait !== undefined) {
      await timing.sleep(wait);
    } else if ('error' in outcome) {
      throw new UpstreamError(describeNetworkError(url, outcome), { cause: outcome.error });
    } else {
      return outcome;
    }
  }
}

/** No answer, or not the whole of one. */
export interface NetworkError {
  readonly error: unknown;
  /** The answer began and broke off. */
  readonly begun: boolean;
}

/** Asks once; `timeoutMs` is for the whole answer. */
export async function askOnce(
  url: string,
  asked: HttpRequest,
  timeoutMs: number,
): Promise<FullResponse | NetworkError> {
  const { method = 'GET', headers = {}, body = null } = asked;
  let begun = false;
  try {
    const dispatcher = findDispatcher().compose(followRedirects);
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await request(url, { method, headers, body, dispatcher, signal });
    begun = true;
    const content = Buffer.from(await response.body.arrayBuffer());
    return { status: response.statusCode, headers: response.headers, body: content };
  } catch (error) {
    return { error, begun };
  }
}

function describeNetworkError(url: string, { error, begun }: NetworkError): string {
  return begun
    ? `${url}: the response was cut off: ${messageOf(error)}`
    : `${new URL(url).host} cannot be reached: ${messageOf(error)}`;
}

function describeRefusal(url: string, answer: HttpResponse, { headers, limitHint = '' }: HttpRequest): string {
  const said = `${url} answered ${answer.status}`;
  if (isLimit(answer)) {
    const until = limitedUntil(answer, Date.now());
    const when = until === undefined ? 'later' : `after ${new Date(until).toISOString()}`;
    return `${said}: it limits requests. Try again ${when}. ${limitHint}`.trim();
  }
  if (answer.status === 401 && headers?.['authorization'] !== undefined) {
    return `${said}: it rejects the token or password from the environment. Fix or unset it.`;
  }
  return `${said}, not 200.${answer.status >= 500 ? ' Try again later.' : ''}`;
}

/** Whether a HEAD request finds something: false for 404. `timeoutMs` is for one try, and there is one. Throws an UpstreamError. */
export async function isThere(url: string, timeoutMs: number): Promise<boolean> {
  const outcome = await askOnce(url, { method: 'HEAD' }, timeoutMs);
  if ('error' in outcome) {
    throw new UpstreamError(describeNetworkError(url, outcome), { cause: outcome.error });
  }
  if (outcome.status >= 400 && outcome.status !== 404) {
    throw new UpstreamError(describeRefusal(url, outcome, {}));
  }
  return outcome.status !== 404;
}

/** Whether a server answers at all, whatever it says. `timeoutMs` is in milliseconds; there is one try. */
export async function isReachable(url: string, timeoutMs: number): Promise<boolean> {
  return !('error' in (await askOnce(url, { method: 'HEAD' }, timeoutMs)));
}

function parseBody<T>(url: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UpstreamError(`${url} did not answer as documented: ${text.slice(0, 80)}`, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
