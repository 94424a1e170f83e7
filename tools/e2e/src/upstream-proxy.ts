/** A proxy that inspects TLS, as companies have them: it answers in the place of upstreams, and counts what is asked. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Reply } from '@pysan/testing/local-server';
import { execa } from 'execa';

export interface UpstreamProxy {
  /** What makes a program ask it: HTTPS_PROXY, and its certificate. */
  readonly env: Readonly<Record<string, string>>;
  /** Each request, in order: `GET https://host/path`. */
  readonly asked: string[];
  readonly stop: () => Promise<void>;
}

/** Starts one; `replies` are by address (`https://host/path`), all else is a 404. */
export async function startUpstreamProxy(replies: Readonly<Record<string, Reply>>): Promise<UpstreamProxy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-proxy-'));
  const hosts = new Set(Object.keys(replies).map((address) => new URL(address).hostname));
  const { key, cert } = await makeCertificate(folder, [...hosts]);
  const asked: string[] = [];
  const inside = createTlsServer({ key, cert }, (request, response) => answer(request, response));
  const proxy = createServer();
  // What comes behind CONNECT is TLS, for whatever server was named.
  proxy.on('connect', (_, socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    inside.emit('connection', socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const env = { HTTPS_PROXY: address, NO_PROXY: '127.0.0.1,localhost', SSL_CERT_FILE: path.join(folder, 'cert.pem') };
  return { env, asked, stop };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const address = `https://${request.headers.host}${request.url}`;
    asked.push(`${request.method} ${address}`);
    const reply = replies[address];
    if (reply === undefined) {
      response.writeHead(404).end();
    } else {
      reply(request, response);
    }
  }

  async function stop(): Promise<void> {
    proxy.closeAllConnections();
    proxy.close();
    await rm(folder, { recursive: true });
  }
}

/** A key, and a certificate that it has signed itself for those hosts. */
async function makeCertificate(folder: string, hosts: readonly string[]): Promise<{ key: Buffer; cert: Buffer }> {
  const [keyFile, certFile] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=a company', '-addext', `subjectAltName=${names}`];
  await execa('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', keyFile, '-out', certFile]);
  return { key: await readFile(keyFile), cert: await readFile(certFile) };
}
