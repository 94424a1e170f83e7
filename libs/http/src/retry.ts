/**
 * Decides whether a request is repeated, and when. Pure.
 *
 * It is repeated without a connection, after a server error, and after a rate limit that names a delay. It is never
 * repeated after any other 4xx: the same request would get the same response.
 */

export interface HttpResponse {
  readonly status: number;
  /** The headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const triesMax = 4;
const waitMsMax = 60_000;
/** How long after the first failure a request is still repeated, in milliseconds. */
export const patienceMs = 180_000;

// A restarting server refuses connections, and an overloaded resolver finds no names.
const connectionLost = [
  ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'],
  ...['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
];

/** Milliseconds to wait after a response before a retry; undefined if the response is final. `tries` were made; `now` is in milliseconds. */
export function waitAfterResponse(tries: number, answer: HttpResponse, now: number): number | undefined {
  const asked = limitedUntil(answer, now);
  const wait = asked === undefined ? undefined : asked - now;
  if (answer.status >= 500) {
    return bounded(tries, wait ?? backOff(tries));
  }
  return isLimit(answer) ? bounded(tries, wait) : undefined;
}

/** Milliseconds to wait before a retry without a response; undefined if a retry is no use. */
export function waitAfterError(tries: number, error: unknown): number | undefined {
  const { code, name } = error as { code?: unknown; name?: unknown };
  const isLost = name === 'TimeoutError' || connectionLost.includes(String(code));
  return isLost ? bounded(tries, backOff(tries)) : undefined;
}

const passing = new RegExp(
  [
    /\b(?:429|50[0234])\b|too ?many ?requests/,
    /connection (?:refused|reset)|broken pipe|\bEOF\b|no route to host|network is unreachable/,
    /no such host|temporary failure in name resolution|server misbehaving/,
    /i\/o timeout|handshake timeout|deadline exceeded|request canceled/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** As waitAfterError, for a failed transfer of docker or cosign, by its message. Neither retries most of these failures. */
export function waitAfterMessage(tries: number, message: string): number | undefined {
  return passing.test(message) ? bounded(tries, backOff(tries)) : undefined;
}

/** True for 429, and for the 403 that GitHub uses for rate limits. */
export function isLimit({ status, headers }: HttpResponse): boolean {
  return (
    status === 429 ||
    (status === 403 && (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0'))
  );
}

/** When the server accepts a retry, in milliseconds since 1970, by `retry-after` (seconds or a date) or `x-ratelimit-reset`. */
export function limitedUntil({ headers }: HttpResponse, now: number): number | undefined {
  const after = String(headers['retry-after'] ?? '');
  const reset = String(headers['x-ratelimit-reset'] ?? '');
  if (after !== '') {
    const time = /^\d+$/.test(after) ? now + Number(after) * 1000 : Date.parse(after);
    return Number.isNaN(time) ? undefined : time;
  }
  return headers['x-ratelimit-remaining'] === '0' && /^\d+$/.test(reset) ? Number(reset) * 1000 : undefined;
}

function backOff(tries: number): number {
  return 1000 * 2 ** (tries - 1);
}

function bounded(tries: number, wait: number | undefined): number | undefined {
  return wait === undefined || tries >= triesMax || wait > waitMsMax ? undefined : Math.max(wait, 0);
}
