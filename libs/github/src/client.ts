/**
 * The client for GitHub, by octokit. It waits when GitHub limits requests, retries after an outage, and pauses between
 * changes
 * (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
 */
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { bytesMax, findDispatcher, readBounded } from '@pysan/http';
import { oneLine, UpstreamError } from '@pysan/model';
import Bottleneck from 'bottleneck';
import { fetch, type RequestInit, Response } from 'undici';

export interface Access {
  /** URL of the API, without a final slash. */
  readonly apiUrl: string;
  /** Empty for requests without a token. */
  readonly token: string;
  /** The variable for the token, for error messages. */
  readonly tokenName: string;
  /** The longest acceptable wait when GitHub limits requests, in seconds. */
  readonly waitMax?: number;
  /** The length of one second of waiting, in milliseconds; less in tests. */
  readonly msPerSecond?: number;
  /** The time limit for one response, in milliseconds. */
  readonly timeoutMs?: number;
}

export interface GitHub {
  readonly octokit: InstanceType<typeof Client>;
}

const gitHubApi = 'https://api.github.com';
const triesMax = 3;

const Client = Octokit.plugin(retry, throttling, paginateRest);

/** A client for github.com, with the token in a variable if it is set. Sends no request yet. */
export function findGitHub(env: NodeJS.ProcessEnv, tokenName: 'GITHUB_TOKEN' | 'CI_TOKEN'): GitHub {
  return openGitHub({ apiUrl: gitHubApi, token: env[tokenName] ?? '', tokenName, waitMax: 60 });
}

/** Sends no request yet. */
export function openGitHub({
  apiUrl,
  token,
  tokenName,
  waitMax = 600,
  msPerSecond = 1000,
  timeoutMs = 30_000,
}: Access): GitHub {
  const pause = (seconds: number): Bottleneck.Group =>
    new Bottleneck.Group({ maxConcurrent: 1, minTime: seconds * msPerSecond });
  const isWorthWaiting = (seconds: number, _options: object, _octokit: unknown, tries: number): boolean =>
    tries < triesMax && seconds <= waitMax;
  const octokit = new Client({
    ...(token === '' ? {} : { auth: token }),
    baseUrl: apiUrl,
    userAgent: 'pysan',
    request: { fetch: (url: string, init: RequestInit) => fetchWhole(url, init, timeoutMs) },
    // The other plugin handles rate limits.
    retry: { retryAfterBaseValue: msPerSecond, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: {
      retryAfterBaseValue: msPerSecond,
      write: pause(1),
      notifications: pause(3),
      onRateLimit: isWorthWaiting,
      onSecondaryRateLimit: isWorthWaiting,
    },
  });
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = '2026-03-10';
  });
  octokit.hook.error('request', (error) => {
    throw Object.assign(error, { tokenName, isAnonymous: token === '' });
  });
  octokit.hook.after('request', requireData);
  return { octokit };
}

/** Octokit takes a truncated response for an empty one. */
async function fetchWhole(url: string, init: RequestInit, timeoutMs: number): Promise<Response> {
  let begun = '';
  try {
    const response = await fetch(url, {
      ...init,
      dispatcher: findDispatcher(),
      signal: AbortSignal.timeout(timeoutMs),
    });
    begun = 'the response was cut off: ';
    const { body } = await readBounded(url, response.body ?? (async function* () {})(), bytesMax.json);
    const whole = new Response(body.length === 0 ? null : body, response);
    return Object.defineProperty(whole, 'url', { value: response.url });
  } catch (cause) {
    if (cause instanceof UpstreamError) {
      throw cause;
    }
    const { message, cause: root } = cause as { message: string; cause?: { message?: string } };
    throw new Error(`${begun}${root?.message ?? message}`, { cause });
  }
}

/** Octokit passes on other content, such as an HTML page, as text. */
function requireData({ data }: { data: unknown }, { method, url }: { method: string; url: string }): void {
  if (typeof data === 'string' && data !== '') {
    const text = oneLine(data).slice(0, 80);
    throw new UpstreamError(`GitHub did not answer as documented to ${method} ${url}: ${text}`);
  }
}
