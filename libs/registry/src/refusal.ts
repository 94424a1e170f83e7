/** Turns a registry's error response into a message for the user. */
import { type FullResponse, limitedUntil } from '@pysan/http';
import { oneLine, UpstreamError } from '@pysan/model';
import { z } from 'zod';

import type { Credentials } from './credentials.ts';
import { parseJson } from './json.ts';

interface Asked {
  readonly what: string;
  readonly right: 'pull' | 'push' | 'delete';
}

interface Asker {
  readonly host: string;
  readonly credentials: Credentials | undefined;
}

type Answer = Pick<FullResponse, 'status' | 'headers' | 'body'>;

const errors = z.object({
  errors: z
    .array(z.object({ code: z.string().default(''), message: z.string().default(''), detail: z.unknown().optional() }))
    .min(1),
});

/** The error for a response that is neither a success nor a 404. */
export function refusal({ host, credentials }: Asker, { what, right }: Asked, answer: Answer): UpstreamError {
  const said = redact(readErrors(answer.body), credentials);
  const remark = said === '' ? '.' : `: ${said}.`;
  const advice = advise(host, right, answer, credentials);
  return new UpstreamError(`${host} answered ${answer.status} to ${what}${remark} ${advice}`.trim());
}

function advise(host: string, right: Asked['right'], answer: Answer, credentials: Credentials | undefined): string {
  const { status, body } = answer;
  if (status === 401 || status === 403) {
    const verb = { pull: 'read', push: 'write', delete: 'delete' }[right];
    return credentials === undefined
      ? `No credentials were found for it: ${loginFor(host)}.`
      : `The credentials come from ${credentials.from}. Check that they have not expired and may ${verb} there.`;
  }
  // ENOSPC, in Go's words.
  if (/"Err":28\b|no space left/.test(body.toString('utf8'))) {
    return 'Its disk is full. Free some space there, and run the command again.';
  }
  if (status === 429) {
    const until = limitedUntil(answer, Date.now());
    return `It limits requests. Try again ${until === undefined ? 'later' : `after ${new Date(until).toISOString()}`}.`;
  }
  return status >= 500 ? 'Try again later.' : '';
}

function loginFor(host: string): string {
  const login = `docker login ${host}`;
  return host === 'ghcr.io' ? `set CI_TOKEN, or ${login}` : login;
}

/** The errors in a body as https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes has them, one line. */
function readErrors(body: Buffer): string {
  const { data } = errors.safeParse(parseJson(body));
  const said = (data?.errors ?? []).map(({ code, message, detail }) =>
    [code, message, detailOf(detail)].filter((it) => it !== '').join(': '),
  );
  return oneLine(said.join('; '))
    .slice(0, 300)
    .replace(/(?<![.\s])[.\s]+$/, '');
}

function detailOf(detail: unknown): string {
  return detail === undefined || detail === null || JSON.stringify(detail) === '{}' ? '' : JSON.stringify(detail);
}

/** Removes secrets: a server may repeat what it was sent. */
function redact(text: string, credentials: Credentials | undefined): string {
  if (credentials === undefined) {
    return text.replaceAll(/\bBearer \S+/gi, 'Bearer …');
  }
  const { username, secret } = credentials;
  const encoded = Buffer.from(`${username}:${secret}`).toString('base64');
  return [secret, encoded]
    .reduce((rest, it) => rest.replaceAll(it, '…'), text)
    .replaceAll(/\bBearer \S+/gi, 'Bearer …');
}

/**
 * Adds a missing `retry-after` header, in seconds, to a rate limit: GHCR writes the delay into the message
 * (`retry-after: 1.2s, allowed: 44000/minute`), and other registries name none.
 */
export function withRetryAfter<T extends Answer>(answer: T): T {
  if (answer.status !== 429 || answer.headers['retry-after'] !== undefined) {
    return answer;
  }
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(secondsIn(answer.body.toString('utf8'))) } };
}

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, µs: 1e-6, us: 1e-6, ns: 1e-9 };

/** Go's notation of a duration, `1m2.5s`, in whole seconds; two seconds if there is none. */
function secondsIn(text: string): number {
  const duration = /retry-after:\s*((?:[\d.]+(?:h|ms|m|s|µs|us|ns))+)/i.exec(text)?.[1];
  const parts = [...(duration ?? '2s').matchAll(/(?<![\d.])([\d.]+)(h|ms|m|s|µs|us|ns)/g)];
  return Math.ceil(parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitSeconds[unit] ?? 0), 0));
}
