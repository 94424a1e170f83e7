/** Stands before a real registry and injects what may go wrong on the way, or in it. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { endless } from '@pysan/testing/local-server';

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export type Fault =
  /** Answered by the proxy; the registry hears nothing of it. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Cut in the middle of what is sent, or when the registry has done it and before it can say so. */
  | { readonly cut: 'request' | 'answer' }
  /** Done before the registry hears of the request. */
  | { readonly before: () => Promise<unknown> }
  /** Answered by the proxy with blanks that do not end. */
  | { readonly endless: Readonly<Record<string, string>> }
  | { readonly change: (body: Buffer) => Buffer | string };

export interface FaultProxy {
  readonly host: string;
  readonly asked: Asked[];
  /** Of answers without end. */
  readonly sent: { mebibytes: number };
  /** What happens to a request; undefined for nothing. */
  inject: (asked: Asked) => Fault | undefined;
  readonly stop: () => void;
}

/** A proxy for a registry, `127.0.0.1:5000`, that injects nothing yet. */
export async function startFaultProxy(registry: string): Promise<FaultProxy> {
  const server = createServer((request, response) => {
    const asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers };
    proxy.asked.push(asked);
    pass({ registry, proxy }, request, response, proxy.inject(asked)).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultProxy = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    sent: { mebibytes: 0 },
    inject: () => undefined,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}

/** The first `times` requests that match are met by a fault, and no others. */
export function faultOnce(method: string, path: RegExp, fault: Fault, times = 1): FaultProxy['inject'] {
  let left = times;
  return (asked) => (asked.method === method && path.test(asked.path) && (left -= 1) >= 0 ? fault : undefined);
}

async function pass(
  { registry, proxy }: { readonly registry: string; readonly proxy: FaultProxy },
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  const body = await buffer(request);
  if (fault !== undefined && 'status' in fault) {
    response.writeHead(fault.status, fault.headers).end(fault.body);
    return;
  }
  if (fault !== undefined && 'endless' in fault) {
    endless(proxy.sent, fault.endless)(request, response);
    return;
  }
  if (fault !== undefined && 'before' in fault) {
    await fault.before();
  }
  const isCut = fault !== undefined && 'cut' in fault;
  if (isCut && fault.cut === 'request') {
    await sendHalf(registry, request, body);
    request.socket.destroy();
    return;
  }
  const answer = await forward(registry, request, body);
  if (isCut) {
    request.socket.destroy();
    return;
  }
  const content = fault !== undefined && 'change' in fault ? fault.change(answer.body) : answer.body;
  // A HEAD request is answered by the length of what is not sent.
  const length = request.method === 'HEAD' ? {} : { 'content-length': Buffer.byteLength(content) };
  response.writeHead(answer.status, { ...answer.headers, ...length }).end(content);
}

function open(registry: string, { method, url, headers }: IncomingMessage): ReturnType<typeof send> {
  const [hostname, port] = registry.split(':');
  const upstream = send({ hostname, port, method, path: url, headers, agent: false });
  // It is cut off on purpose; and a registry that refuses early may close while it is still written to: its answer counts.
  return upstream.on('error', () => undefined);
}

async function sendHalf(registry: string, request: IncomingMessage, body: Buffer): Promise<void> {
  const upstream = open(registry, request);
  await new Promise((resolve) => upstream.write(body.subarray(0, body.length / 2), resolve));
  upstream.destroy();
}

async function forward(
  registry: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  const upstream = open(registry, request).end(body);
  const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
  // How the body came is between the two of them: it goes on in one piece.
  delete answer.headers['transfer-encoding'];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
}
