/**
 * Sends requests to other parties over HTTP. There are three results: the response, `undefined` for 404, and an
 * UpstreamError for everything else. So an outage never looks like "absent".
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { oneLine, UpstreamError } from '@pysan/model';
import { interceptors, request } from 'undici';
import type { z } from 'zod';

import { bytesMax, readBounded, requireBelow } from './bounded.ts';
import { findDispatcher } from './dispatcher.ts';
import { nextPage, startPaging } from './pages.ts';
import { type HttpResponse, isLimit, limitedUntil, patienceMs, waitAfterError, waitAfterResponse } from './retry.ts';

const followRedirects = interceptors.redirect({ maxRedirections: 5 });

/** The time limits of a request. Tests replace them, so that waiting takes no time. */
export interface Timing {
  /** The time limit for one response, in milliseconds. A download may take 30 times as long. */
  readonly timeoutMs: number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const patient: Timing = { timeoutMs: 10_000, sleep, now: Date.now };
const downloadFactor = 30;

/** URL of a server, without a final slash. */
export interface Site {
  readonly origin: string;
  /** Value of the header with that name. It is only sent to that server, and is in no message. */
  readonly authorization?: string | undefined;
  readonly timing?: Timing;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly timing?: Timing | undefined;
  /** The size limit of the response; absent for the limit of JSON. */
  readonly bytesMax?: number;
  /** Whether only the sha256 of the response is wanted. */
  readonly digestOnly?: boolean;
  /** How to raise the server's rate limit, for the message when it is reached. */
  readonly limitHint?: string;
}

export interface FullResponse extends HttpResponse {
  readonly body: Buffer;
  /** Hash of the body, in hex digits. */
  readonly sha256: string;
}

/** The headers with the credentials for a site; none for a URL on another server. */
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

/** GETs all pages of a list; undefined for 404. */
export async function fetchPages<T>(
  first: string,
  schema: z.ZodType<readonly T[]>,
  request: HttpRequest,
): Promise<T[] | undefined> {
  const items: T[] = [];
  const paging = startPaging(request.timing?.now);
  for (let url: string | undefined = first; url !== undefined;) {
    const answer = await ask(url, request);
    if (answer === undefined) {
      return undefined;
    }
    items.push(...parseBody(url, answer.body.toString('utf8'), schema));
    url = nextPage(url, answer, paging);
  }
  return items;
}

/**
 * GETs a file of at most `maxBytes` into memory; undefined for 404. Throws an UpstreamError, also if the file is truncated or
 * too long.
 */
export async function fetchBytes(
  url: string,
  timing: Timing = patient,
  max: number = bytesMax.file,
): Promise<Buffer | undefined> {
  return (await download(url, timing, { bytesMax: max }))?.body;
}

/** The sha256 of a file in hex digits, without keeping its content; undefined for 404. Throws an UpstreamError. */
export async function fetchSha256(url: string, timing: Timing = patient): Promise<string | undefined> {
  return (await download(url, timing, { bytesMax: bytesMax.file, digestOnly: true }))?.sha256;
}

function download(url: string, timing: Timing, request: HttpRequest): Promise<FullResponse | undefined> {
  return ask(url, { ...request, timing: { ...timing, timeoutMs: downloadFactor * timing.timeoutMs } });
}

/** Sends the request until its response is final: undefined for 404, an UpstreamError for everything but 200. */
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

/** Sends the request until its response is final, and returns it whatever its status. Throws an UpstreamError without a response. */
export function requestUntilAnswered(url: string, request: HttpRequest): Promise<FullResponse> {
  const timing = request.timing ?? patient;
  return repeatUntilAnswered(url, timing, () => askOnce(url, request, timing.timeoutMs));
}

/** Makes attempts at `url`, each with one or more requests, until a response is final. Throws an UpstreamError without a response. */
export async function repeatUntilAnswered(
  url: string,
  timing: Timing,
  attempt: () => Promise<FullResponse | NetworkError>,
): Promise<FullResponse> {
  let giveUp = Infinity;
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt();
    const now = timing.now();
    const wait = 'error' in outcome ? waitAfterError(tries, outcome.error) : waitAfterResponse(tries, outcome, now);
    giveUp = Math.min(giveUp, now + patienceMs);
    if (wait !== undefined && now + wait <= giveUp) {
      await timing.sleep(wait);
    } else if ('error' in outcome) {
      if (outcome.error instanceof UpstreamError) {
        throw outcome.error;
      }
      throw new UpstreamError(describeNetworkError(url, outcome), { cause: outcome.error });
    } else {
      return outcome;
    }
  }
}

/** No response, or only part of one. */
export interface NetworkError {
  readonly error: unknown;
  /** Whether part of the response arrived. */
  readonly begun: boolean;
}

/** Sends one request. `timeoutMs` is for the whole response. */
export async function askOnce(
  url: string,
  asked: HttpRequest,
  timeoutMs: number,
): Promise<FullResponse | NetworkError> {
  const { method = 'GET', headers = {}, body = null, bytesMax: max = bytesMax.json, digestOnly = false } = asked;
  let begun = false;
  try {
    const dispatcher = findDispatcher().compose(followRedirects);
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await request(url, { method, headers, body, dispatcher, signal });
    begun = true;
    // An error response is not the requested file, and may be longer than its limit.
    const limit = response.statusCode === 200 ? max : bytesMax.json;
    requireBelow(url, method === 'HEAD' ? 0 : Number(response.headers['content-length'] ?? 0), limit);
    const content = await readBounded(url, response.body, limit, !digestOnly);
    return { status: response.statusCode, headers: response.headers, ...content };
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

/** Whether a HEAD request finds something; false for 404. There is one try, of `timeoutMs`. Throws an UpstreamError. */
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

/** Whether a server answers, with any status. There is one try, of `timeoutMs` milliseconds. */
export async function isReachable(url: string, timeoutMs: number): Promise<boolean> {
  return !('error' in (await askOnce(url, { method: 'HEAD' }, timeoutMs)));
}

function parseBody<T>(url: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UpstreamError(`${url} did not answer as documented: ${oneLine(text.slice(0, 80))}`, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
