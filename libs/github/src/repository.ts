/**
 * One repository on GitHub, asked through octokit: it waits when GitHub limits requests, asks again after an outage,
 * and makes a pause between changes
 * (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
 */
import { findDispatcher } from '@pysan/http';
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import Bottleneck from 'bottleneck';
import { fetch, type RequestInit } from 'undici';

export interface Address {
  /** Of the API, without a slash at the end. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly name: string;
  readonly token: string;
  /** The variable that holds it: an error names that. */
  readonly tokenName: string;
  /** How long a second of waiting takes, in ms: less in tests. */
  readonly msPerSecond?: number;
}

export interface Repository {
  readonly octokit: InstanceType<typeof Client>;
  /** What every address below a repository takes. */
  readonly at: { readonly owner: string; readonly repo: string };
}

const timeoutMs = 30_000;
const triesMax = 3;
const waitSecondsMax = 600;

const Client = Octokit.plugin(retry, throttling, paginateRest);

/** Sends nothing yet. */
export function openRepository({ apiUrl, owner, name, token, tokenName, msPerSecond = 1000 }: Address): Repository {
  const pause = (seconds: number): Bottleneck.Group =>
    new Bottleneck.Group({ maxConcurrent: 1, minTime: seconds * msPerSecond });
  const octokit = new Client({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'pysan',
    request: { fetch: fetchInTime },
    retry: { retryAfterBaseValue: msPerSecond },
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
    throw Object.assign(error, { tokenName });
  });
  return { octokit, at: { owner, repo: name } };
}

function fetchInTime(url: string, init: RequestInit): ReturnType<typeof fetch> {
  return fetch(url, { ...init, dispatcher: findDispatcher(), signal: AbortSignal.timeout(timeoutMs) });
}

function isWorthWaiting(seconds: number, _options: object, _octokit: unknown, tries: number): boolean {
  return tries < triesMax && seconds <= waitSecondsMax;
}
