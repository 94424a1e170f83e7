import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { certificate, privateKey } from '@pysan/testing/fixtures/tls';
import { request } from 'undici';

import { createDispatcher } from './dispatcher.ts';

let folder: string;
let bundle: string;
let origin: string;
let servers: Pick<Server, 'close' | 'closeAllConnections'>[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-tls-'));
  bundle = path.join(folder, 'ca.pem');
  await writeFile(bundle, certificate);
  const server = createServer({ cert: certificate, key: privateKey }, (_, response) => response.end('hello'));
  servers = [server];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  servers.forEach((server) => {
    server.closeAllConnections();
    server.close();
  });
  await rm(folder, { recursive: true });
});

async function get(env: Record<string, string>): Promise<string> {
  const { body } = await request(origin, { dispatcher: createDispatcher(env) });
  return body.text();
}

/** A proxy, by its host and port; `asked` gets each server that it was asked to connect to. */
async function startProxy(asked: string[]): Promise<string> {
  const proxy = createPlainServer();
  servers.push(proxy);
  proxy.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const target = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    socket.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

describe('the CA bundle of the environment', () => {
  it('is trusted', async () => {
    expect(await get({ SSL_CERT_FILE: bundle })).toBe('hello');
  });

  it('is what makes the difference', async () => {
    await expect(get({})).rejects.toThrow(/self-signed certificate/);
  });

  it('is named when it cannot be read', async () => {
    await expect(get({ SSL_CERT_FILE: '/gone.pem' })).rejects.toThrow('SSL_CERT_FILE names the CA bundle /gone.pem');
  });
});

describe('the proxies of the environment', () => {
  it.each(['', 'http://'])('are asked where the address begins with "%s"', async (scheme) => {
    const asked: string[] = [];
    const proxy = await startProxy(asked);
    expect(await get({ SSL_CERT_FILE: bundle, HTTPS_PROXY: `${scheme}${proxy}` })).toBe('hello');
    expect(asked).toEqual([new URL(origin).host]);
  });

  it('are not asked for what NO_PROXY names', async () => {
    expect(await get({ SSL_CERT_FILE: bundle, https_proxy: '127.0.0.1:1', NO_PROXY: '127.0.0.1' })).toBe('hello');
  });

  it('are named without their values where they are no addresses', async () => {
    const error = await get({ HTTPS_PROXY: 'me:secret@proxy corp:3128' }).catch(String);
    expect(error).toMatch(/HTTPS_PROXY is not the address of a proxy/);
    expect(error).not.toMatch(/secret/);
  });
});
