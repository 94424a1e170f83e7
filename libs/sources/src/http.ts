/**
 * Asks another party over HTTP. Three answers: what it said, `undefined` for "no such thing" (404), and an
 * UpstreamError for everything that is neither: an outage never looks like "nothing there".
 */
import { UpstreamError } from '@pysan/model';
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import type { z } from 'zod';

// HTTP_PROXY, HTTPS_PROXY and NO_PROXY count, as they do for every other tool.
const dispatcher = new EnvHttpProxyAgent();

/** How long any single answer may take, in milliseconds. */
const timeoutMs = 10_000;

/** GETs JSON and checks its shape; undefined for 404. Redirects are not followed. Throws an UpstreamError. */
export async function fetchJson<T>(
  url: string,
  schema: z.ZodType<T>,
  headers: Record<string, string> = {},
): Promise<T | undefined> {
  const { statusCode, body } = await send(url, { method: 'GET', headers, timeout: timeoutMs });
  const text = await readBody(url, body);
  if (statusCode === 404) {
    return undefined;
  }
  if (statusCode !== 200) {
    throw new UpstreamError(`${url} answered ${statusCode}, not 200. Try again later.`);
  }
  return parseBody(url, text, schema);
}

/** Whether a HEAD request finds something: false for 404. `timeout` is in milliseconds. Throws an UpstreamError. */
export async function isThere(url: string, timeout: number): Promise<boolean> {
  const { statusCode, body } = await send(url, { method: 'HEAD', headers: {}, timeout });
  await body.dump();
  if (statusCode === 404) {
    return false;
  }
  if (statusCode >= 400) {
    throw new UpstreamError(`${url} answered ${statusCode}. Try again later.`);
  }
  return true;
}

/** Whether a server answers at all, whatever it says. `timeout` is in milliseconds. */
export async function isReachable(url: string, timeout: number): Promise<boolean> {
  try {
    const { body } = await send(url, { method: 'HEAD', headers: {}, timeout });
    await body.dump();
    return true;
  } catch (error) {
    if (error instanceof UpstreamError) {
      return false;
    }
    throw error;
  }
}

interface Question {
  readonly method: 'GET' | 'HEAD';
  readonly headers: Record<string, string>;
  readonly timeout: number;
}

async function send(url: string, { method, headers, timeout }: Question): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, { method, headers, dispatcher, signal: AbortSignal.timeout(timeout) });
  } catch (cause) {
    throw new UpstreamError(`${new URL(url).host} cannot be reached: ${messageOf(cause)}`, { cause });
  }
}

async function readBody(url: string, body: Dispatcher.ResponseData['body']): Promise<string> {
  try {
    return await body.text();
  } catch (cause) {
    throw new UpstreamError(`${url}: the answer broke off: ${messageOf(cause)}`, { cause });
  }
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
