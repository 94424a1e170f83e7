/**
 * The connection to one registry: credentials, authentication, and a limit of concurrent requests. It first gets a token, once
 * for each repository, because only a 404 to a request with a valid token means "absent".
 */
import {
  type HttpResponse,
  askOnce,
  type FullResponse,
  patient,
  type HttpRequest,
  repeatUntilAnswered,
  type NetworkError,
  type Timing,
} from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import pLimit, { type LimitFunction } from 'p-limit';
import { z } from 'zod';

import { type Challenge, isTrusted, parseChallenge } from './challenge.ts';
import { type Credentials, findCredentials } from './credentials.ts';
import { parseJson } from './json.ts';
import { ownerOf, type Server } from './reference.ts';
import { refusal, withRetryAfter } from './refusal.ts';

export interface Registry {
  readonly host: string;
  readonly origin: string;
  readonly timing: Timing;
  /** The number of requests so far, including those for tokens. */
  requests: number;
  readonly limit: LimitFunction;
  /** By repository. */
  readonly credentials: (repository: string) => Promise<Credentials | undefined>;
  /** Undefined until the first request. */
  challenge: Promise<Challenge> | undefined;
  /** By scope. */
  readonly tokens: Map<string, Promise<Token>>;
}

interface Token {
  readonly header: string | undefined;
  /** In milliseconds since 1970. */
  readonly until: number;
}

/** The subject of a request, and the right that it needs. */
export interface Subject {
  readonly repository: string;
  readonly right: 'pull' | 'push' | 'delete';
  /** For messages: `manifest 3.14t`. */
  readonly what: string;
}

export type Attempt = (authorization: Readonly<Record<string, string>>) => Promise<FullResponse | NetworkError>;

const requestsAtOnce = 8;
// An upload or download may take longer than another request.
const transferFactor = 30;

/** Sends no request yet. `env` has the credentials; `timing` is for tests. */
export function connect(server: Server, env: NodeJS.ProcessEnv, timing: Timing = patient): Registry {
  const found = new Map<string, Promise<Credentials | undefined>>();
  return open(server, timing, (repository) => {
    const owner = ownerOf(repository);
    const known = found.get(owner) ?? findCredentials(server.host, owner, env);
    found.set(owner, known);
    return known;
  });
}

/** As connect, but without credentials, even if the engine is logged in. */
export function connectAnonymously(server: Server, timing: Timing = patient): Registry {
  return open(server, timing, () => Promise.resolve(undefined));
}

function open({ host, isPlain }: Server, timing: Timing, credentials: Registry['credentials']): Registry {
  return {
    host,
    origin: `${isPlain ? 'http' : 'https'}://${host}`,
    timing,
    requests: 0,
    limit: pLimit(requestsAtOnce),
    credentials,
    challenge: undefined,
    tokens: new Map(),
  };
}

/** The time limit for an upload or download, in milliseconds. */
export function transferMs({ timing }: Registry): number {
  return transferFactor * timing.timeoutMs;
}

/** Sends one request, within the limit of concurrent requests. */
export async function askBounded(
  registry: Registry,
  url: string,
  request: HttpRequest,
  timeoutMs = registry.timing.timeoutMs,
): Promise<FullResponse | NetworkError> {
  const outcome = await registry.limit(() => {
    registry.requests += 1;
    return askOnce(url, request, timeoutMs);
  });
  return 'error' in outcome ? outcome : withRetryAfter(outcome);
}

/** Makes attempts until a response is final, with a new token if the old one has expired. Throws an UpstreamError without a response. */
export async function authorized(registry: Registry, subject: Subject, attempt: Attempt): Promise<FullResponse> {
  const header = await authorize(registry, subject);
  const answer = await repeat(registry, subject, attempt, header);
  if (answer.status !== 401) {
    return answer;
  }
  await forget(registry, subject, header, answer);
  return repeat(registry, subject, attempt, await authorize(registry, subject));
}

/** The error for a response that is neither a success nor a 404. */
export async function refuse(registry: Registry, subject: Subject, answer: FullResponse): Promise<UpstreamError> {
  const credentials = await registry.credentials(subject.repository);
  return refusal({ host: registry.host, credentials }, subject, answer);
}

function repeat(
  registry: Registry,
  subject: Subject,
  attempt: Attempt,
  header: string | undefined,
): Promise<FullResponse> {
  const url = `${registry.origin}/v2/${subject.repository}`;
  return repeatUntilAnswered(url, registry.timing, () =>
    attempt(header === undefined ? {} : { authorization: header }),
  );
}

async function forget(
  registry: Registry,
  subject: Subject,
  header: string | undefined,
  answer: HttpResponse,
): Promise<void> {
  const scope = scopeOf(subject);
  // Unless another request has got a new one meanwhile.
  if ((await registry.tokens.get(scope))?.header === header) {
    registry.tokens.delete(scope);
  }
  // Some registries need no token for their root, but one for a repository.
  const challenge = parseChallenge(String(answer.headers['www-authenticate'] ?? ''));
  registry.challenge = challenge === undefined ? registry.challenge : Promise.resolve(challenge);
}

async function authorize(registry: Registry, subject: Subject): Promise<string | undefined> {
  const challenge = await (registry.challenge ??= readChallenge(registry));
  if (challenge.scheme === 'bearer') {
    return authorizeByToken(registry, subject, challenge);
  }
  return challenge.scheme === 'none' ? undefined : basic(await registry.credentials(subject.repository));
}

/** Throws an UpstreamError if a server does not answer, or is not a registry. This is reported once, not for each tag. */
export async function requireRegistry(registry: Registry): Promise<void> {
  await (registry.challenge ??= readChallenge(registry));
}

/** Its authentication challenge. Also checks that it is a registry, so that its 404 means "absent". */
async function readChallenge(registry: Registry): Promise<Challenge> {
  const url = `${registry.origin}/v2/`;
  const answer = await repeatUntilAnswered(url, registry.timing, () => askBounded(registry, url, {}));
  const isPage = String(answer.headers['content-type'] ?? '').startsWith('text/html');
  const challenge = parseChallenge(String(answer.headers['www-authenticate'] ?? ''));
  if (answer.status === 200 && !isPage) {
    return { scheme: 'none' };
  }
  if (answer.status === 401 && challenge !== undefined) {
    return challenge;
  }
  if (answer.status === 429 || answer.status >= 500) {
    throw refusal({ host: registry.host, credentials: undefined }, { what: url, right: 'pull' }, answer);
  }
  throw new UpstreamError(
    `${url} answered ${answer.status}${isPage ? ' and a web page' : ''}: ${registry.host} is not a registry. ` +
      'Check the name, and whether a proxy (HTTPS_PROXY) or a log-in page answered.',
  );
}

function scopeOf({ repository, right }: Subject): string {
  return `repository:${repository}:${right === 'push' ? 'pull,push' : right}`;
}

async function authorizeByToken(registry: Registry, subject: Subject, challenge: Bearer): Promise<string | undefined> {
  const { tokens, timing } = registry;
  const scope = scopeOf(subject);
  const known = tokens.get(scope);
  const isValid = known !== undefined && (await known).until > timing.now();
  // Concurrent requests with an expired token get the same new one. If there is none, they do not ask again.
  const current = tokens.get(scope);
  const isUsable = current !== undefined && (isValid || current !== known);
  const token = isUsable ? current : fetchToken(registry, subject, challenge);
  tokens.set(scope, token);
  return (await token).header;
}

type Bearer = Extract<Challenge, { scheme: 'bearer' }>;

const tokenAnswer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  // The specification's default, for older servers that do not name a lifetime.
  expires_in: z.number().default(60),
});

async function fetchToken(registry: Registry, subject: Subject, { realm, service }: Bearer): Promise<Token> {
  const url = new URL(realm);
  url.searchParams.set('scope', scopeOf(subject));
  if (service !== undefined) {
    url.searchParams.set('service', service);
  }
  const header = basic(await registry.credentials(subject.repository));
  if (header !== undefined && !isTrusted(realm, registry.origin)) {
    throw new UpstreamError(`${registry.host} refers to ${url.host} for a token. Its credentials are not sent there.`);
  }
  const headers = header === undefined ? {} : { authorization: header };
  const answer = await repeatUntilAnswered(url.href, registry.timing, () =>
    askBounded(registry, url.href, { headers }),
  );
  if (answer.status !== 200) {
    throw await refuse(registry, { ...subject, what: `a token for ${registry.host}/${subject.repository}` }, answer);
  }
  return readToken(registry, url.host, answer);
}

function readToken(registry: Registry, host: string, { body }: FullResponse): Token {
  const parsed = tokenAnswer.safeParse(parseJson(body));
  const token = parsed.data?.token ?? parsed.data?.access_token;
  if (parsed.data === undefined || token === undefined || !/^[\x21-\x7e]+$/.test(token)) {
    throw new UpstreamError(`${host} did not answer as documented to the request for a token for ${registry.host}.`);
  }
  // The request itself takes time too.
  return { header: `Bearer ${token}`, until: registry.timing.now() + parsed.data.expires_in * 900 };
}

function basic(credentials: Credentials | undefined): string | undefined {
  return credentials === undefined
    ? undefined
    : `Basic ${Buffer.from(`${credentials.username}:${credentials.secret}`).toString('base64')}`;
}
