/** For tests: a real HTTP server on loopback that answers as an upstream does, in good and in bad times. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Timing } from '@pysan/http';

export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface LocalServer {
  readonly origin: string;
  /**
   * Path with query, or method and that (`PUT /path`) → what is answered; of a list one after the other, the last for
   * good. All else is a 404.
   */
  replies: Record<string, Reply | Reply[]>;
  /** What was asked, in order. */
  readonly asked: Asked[];
  readonly stop: () => void;
}

/** Starts a server that knows nothing yet. */
export async function startServer(): Promise<LocalServer> {
  const asked: LocalServer['asked'] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers });
    const found = local.replies[`${method} ${url}`] ?? local.replies[url] ?? status(404);
    const reply = Array.isArray(found) ? ((found.length > 1 ? found.shift() : found[0]) ?? status(404)) : found;
    reply(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const local: LocalServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    replies: {},
    asked,
    stop,
  };
  return local;
}

/** Answers with JSON. */
export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** Answers with a file. */
export function bytes(content: Buffer | string): Reply {
  return (_, response) => response.end(content);
}

/** Answers with a status, and HTML, as servers in trouble do. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return (_, response) => response.writeHead(code, headers).end('<html>sorry</html>');
}

/** Begins an answer and breaks it off. */
export const truncated: Reply = (_, response) => {
  response.writeHead(200, { 'content-length': '100' }).write('[{"name"');
  setTimeout(() => response.destroy(), 20);
};

const mebibyte = Buffer.alloc(2 ** 20, ' ');

/** Sends blanks without end, at no more than the other side reads; `sent` counts their MiB. */
export function endless(sent: { mebibytes: number }, headers: Readonly<Record<string, string>> = {}): Reply {
  return (_, response) => {
    response.writeHead(200, headers);
    const more = (): void => {
      sent.mebibytes += 1;
      response.write(mebibyte, () => (response.destroyed ? undefined : setImmediate(more)));
    };
    more();
  };
}

const silent: Reply = () => undefined;

/** How an upstream may fail: what a source must say then, and how often it must have asked. */
export const faults: readonly { what: string; reply: Reply; message: RegExp; tries: number; timeoutMs?: number }[] = [
  { what: 'is down', reply: status(503), message: /answered 503.*Try again later/, tries: 4 },
  {
    what: 'limits requests for a moment',
    reply: status(429, { 'retry-after': '2' }),
    message: /answered 429.*[Ii]t limits requests\. Try again after/,
    tries: 4,
  },
  {
    what: 'limits requests for an hour',
    reply: status(429, { 'retry-after': '3600' }),
    message: /answered 429.*[Ii]t limits requests\. Try again after 20/,
    tries: 1,
  },
  { what: 'refuses', reply: status(403), message: /answered 403/, tries: 1 },
  { what: 'answers HTML', reply: bytes('<html>'), message: /did not answer as documented/, tries: 1 },
  { what: 'answers another shape', reply: json({ surprise: true }), message: /did not answer as documented/, tries: 1 },
  { what: 'breaks off', reply: truncated, message: /was cut off/, tries: 4 },
  { what: 'hangs', reply: silent, message: /cannot be reached: .*time/, tries: 4, timeoutMs: 60 },
];

/** Takes no time to wait; `waits` holds for how long it would have waited, in milliseconds. */
export function quickly(timeoutMs = 5000): Timing & { readonly waits: number[] } {
  const waits: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    waits.push(ms);
    return Promise.resolve();
  };
  return { timeoutMs, sleep, now: Date.now, waits };
}
