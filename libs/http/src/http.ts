/**
 * Asks another party over HTTP. Three answers: what it said, `undefined` for "no such thing" (404), and an
 * UpstreamError for everything that is neither: an outage never looks like "nothing there".
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
  /** The most that the answer may have; absent: what JSON may. */
  readonly bytesMax?: number;
  /** Of the answer only its sha256 is wanted. */
  readonly digestOnly?: boolean;
  /** What raises the server's limit of requests, for the message when it is reached. */
  readonly limitHint?: string;
}

export interface FullResponse extends HttpResponse {
  readonly body: Buffer;
  /** Of the body, hex digits. */
  readonly sha256: string;
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

/** GETs a list that comes in pages, all of it; undefined for 404. */
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
 * GETs a file of at most so many bytes into memory; undefined for 404. Throws an UpstreamError, also when the file is not
 * whole, or longer.
 */
export async function fetchBytes(
  url: string,
  timing: Timing = patient,
  max: number = bytesMax.file,
): Promise<Buffer | undefined> {
  return (await download(url, timing, { bytesMax: max }))?.body;
}

/** The sha256 of a file in hex digits, none of which is kept; undefined for 404. Throws an UpstreamError. */
export async function fetchSha256(url: string, timing: Timing = patient): Promise<string | undefined> {
  return (await download(url, timing, { bytesMax: bytesMax.file, digestOnly: true }))?.sha256;
}

function download(url: string, timing: Timing, request: HttpRequest): Promise<FullResponse | undefined> {
  return ask(url, { ...request, timing: { ...timing, timeoutMs: downloadFactor * timing.timeoutMs } });
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
  const { method = 'GET', headers = {}, body = null, bytesMax: max = bytesMax.json, digestOnly = false } = asked;
  let begun = false;
  try {
    const dispatcher = findDispatcher().compose(followRedirects);
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await request(url, { method, headers, body, dispatcher, signal });
    begun = true;
    // A refusal is not what was asked for, and may be longer than that.
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
    throw new UpstreamError(`${url} did not answer as documented: ${oneLine(text.slice(0, 80))}`, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
