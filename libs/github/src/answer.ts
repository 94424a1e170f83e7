/** Turns GitHub's responses into values of the documented shape, `undefined` for 404, or an UpstreamError. */
import { isLimit, limitedUntil, requireEnd } from '@pysan/http';
import { oneLine, UpstreamError } from '@pysan/model';
import { z } from 'zod';

import type { GitHub } from './client.ts';

const refusal = z.object({
  status: z.number(),
  message: z.string(),
  tokenName: z.string(),
  isAnonymous: z.boolean(),
  request: z.object({ method: z.string(), url: z.string() }),
  /** Absent if there was no response, or only part of one. */
  response: z.object({ headers: z.record(z.string(), z.string().optional()) }).optional(),
});

type Refusal = z.infer<typeof refusal>;

/** Awaits a response and checks its shape; undefined for 404. Throws an UpstreamError, which never contains a token. */
export async function read<T>(answer: Promise<{ data: unknown }>, schema: z.ZodType<T>): Promise<T | undefined> {
  const data = await dataOf(answer);
  if (data === undefined) {
    return undefined;
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    const cause = parsed.error;
    throw new UpstreamError(`GitHub did not answer as documented: ${JSON.stringify(data).slice(0, 80)}`, { cause });
  }
  return parsed.data;
}

/** As read, but a 404 is an error: the object must exist, and the token must be allowed to see it. */
export async function readExisting<T>(
  what: string,
  answer: Promise<{ data: unknown }>,
  schema: z.ZodType<T>,
): Promise<T> {
  const found = await read(answer, schema);
  if (found === undefined) {
    throw new UpstreamError(`GitHub has no ${what}, or the token may not see it.`);
  }
  return found;
}

async function dataOf(answer: Promise<{ data: unknown }>): Promise<unknown> {
  try {
    return (await answer).data;
  } catch (error) {
    // Octokit wraps the errors of its fetch.
    const { cause } = Object(error) as { readonly cause?: unknown };
    if (cause instanceof UpstreamError) {
      throw cause;
    }
    const parsed = refusal.safeParse(error);
    if (!parsed.success) {
      throw error;
    }
    if (parsed.data.status === 404) {
      return undefined;
    }
    throw new UpstreamError(describe(parsed.data), { cause: error });
  }
}

function describe(refused: Refusal): string {
  const { status, tokenName, isAnonymous, request, response } = refused;
  const message = oneLine(refused.message).slice(0, 300);
  const asked = `${request.method} ${request.url}`;
  if (response === undefined) {
    return `GitHub cannot be reached: ${asked}: ${message}. Try again later`;
  }
  const said = `GitHub answered ${status} to ${asked}`;
  const answer = { status, headers: response.headers };
  if (isLimit(answer) || /rate limit/i.test(message)) {
    const until = limitedUntil(answer, Date.now());
    const when = until === undefined ? 'later' : `after ${new Date(until).toISOString()}`;
    const hint = isAnonymous ? ` A ${tokenName} in the environment raises the limit.` : '';
    return `${said}: it limits requests. Try again ${when}.${hint}`;
  }
  if (status === 401) {
    return `${said}: it refuses the token in ${tokenName}. Create a new one.`;
  }
  if (status === 403 && !isAnonymous) {
    return `${said}: the token in ${tokenName} lacks a right for that (${message}).`;
  }
  // Issues are disabled: https://docs.github.com/en/rest/issues/issues
  if (status === 410) {
    return `${said}: ${message} Enable issues: Settings, General, Features.`;
  }
  return `${said}: ${message}${status >= 500 ? '. Try again later' : ''}`;
}

/** All pages of a list as one, for read. Throws an UpstreamError for a page of another shape, and for an endless list. */
export async function readPages({ octokit }: GitHub, url: string, parameters: object): Promise<{ data: unknown }> {
  const begun = Date.now();
  let pages = 0;
  const data = await octokit.paginate({ method: 'GET', url, ...parameters, per_page: 100 }, (page) => {
    requireEnd(page.url, (pages += 1), begun, Date.now());
    return itemsOf(page);
  });
  return { data };
}

/** Octokit takes a page of another shape for an item of the list. */
function itemsOf({ data, url }: { data: unknown; url: string }): unknown[] {
  if (!Array.isArray(data)) {
    throw new UpstreamError(`${url} did not answer as documented: ${JSON.stringify(data).slice(0, 80)}`);
  }
  return data;
}
