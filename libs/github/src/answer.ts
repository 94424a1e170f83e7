/** What GitHub answers, as ours: a value of the documented shape, `undefined` for 404, or an UpstreamError. */
import { UpstreamError } from '@pysan/model';
import { z } from 'zod';

const refusal = z.object({
  status: z.number(),
  message: z.string(),
  tokenName: z.string(),
  request: z.object({ method: z.string(), url: z.string() }),
});

/** Awaits an answer and checks its shape; undefined for 404. Throws an UpstreamError, in which no token stands. */
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

/** As read, where 404 is no answer: what is asked for must be there, and the token must be allowed to see it. */
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

function describe({ status, message, tokenName, request }: z.infer<typeof refusal>): string {
  const asked = `GitHub: ${request.method} ${request.url}`;
  if (status === 401) {
    return `${asked}: it refuses the token in ${tokenName}. Make a new one.`;
  }
  if (status === 403 && !/rate limit/i.test(message)) {
    return `${asked}: the token in ${tokenName} lacks a right for that (${message}).`;
  }
  // https://docs.github.com/en/rest/issues/issues: they are switched off.
  if (status === 410) {
    return `${asked}: ${message} Enable issues: Settings, General, Features.`;
  }
  return `${asked}: ${message}${status >= 500 ? '. Try again later' : ''}`;
}
