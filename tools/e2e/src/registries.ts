/** Real registries on loopback. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';

import { fetchPrograms } from './debian-programs.ts';

export interface Registry {
  /** `127.0.0.1:5000` */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Starts Debian's docker-registry, which has no referrers API, on a free port and an empty folder. */
export async function startRegistry(): Promise<Registry> {
  const program = path.join(await fetchPrograms('docker-registry'), 'docker-registry');
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-registry-'));
  const address = `127.0.0.1:${await freePort()}`;
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: path.join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: address },
  };
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  const server = execa(program, ['serve', path.join(folder, 'config.json')], { stdio: 'ignore', reject: false });
  await waitFor(`http://${address}/v2/`);
  const stop = async (): Promise<void> => {
    server.kill();
    await server;
    await rm(folder, { recursive: true });
  };
  return { address, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function waitFor(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) {
      return;
    }
    await sleep(100);
  }
  throw new Error(`Nothing answers at ${url}.`);
}
