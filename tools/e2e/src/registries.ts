/**
 * Registries on loopback: Debian's, which has no referrers API, as GHCR; one that has it, which Go builds; and the double in
 * memory, so that specs which trust it know that it behaves as the real ones.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startMemoryRegistry } from '@pysan/testing/memory-registry';
import { execa } from 'execa';

import { cache, fetchPrograms } from './debian-programs.ts';

/** What a container engine can push to; the double takes small blobs only. */
export const realRegistryKinds = ['debian', 'with-referrers'] as const;
export const registryKinds = [...realRegistryKinds, 'memory'] as const;
export type RegistryKind = (typeof registryKinds)[number];

export interface Registry {
  /** `127.0.0.1:5000` */
  readonly address: string;
  /** Where its data are, if it keeps any on a disk; empty for the one in memory. */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/** Starts an empty registry on a free port. With `diskBytes` its disk has that size, which takes root. */
export async function startRegistry(kind: RegistryKind = 'debian', diskBytes?: number): Promise<Registry> {
  if (kind === 'memory') {
    const { host, stop } = await startMemoryRegistry();
    return {
      address: host,
      folder: '',
      stop: () => {
        stop();
        return Promise.resolve();
      },
    };
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-registry-'));
  if (diskBytes !== undefined) {
    await execa('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder]);
  }
  const child = kind === 'debian' ? await startDebian(folder) : start(await buildWithReferrers(), ['127.0.0.1:0']);
  const stop = async (): Promise<void> => {
    child.kill();
    await (diskBytes === undefined ? undefined : execa('umount', ['--lazy', folder]));
    await rm(folder, { recursive: true });
  };
  return { address: await readAddress(child), folder, stop };
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function startDebian(folder: string): Promise<ChildProcess> {
  const program = path.join(await fetchPrograms('docker-registry'), 'docker-registry');
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: path.join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
  };
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  return start(program, ['serve', path.join(folder, 'config.json')]);
}

/** Both say on stderr where they listen. */
async function readAddress(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (part: Buffer) => (said = `${said}${part.toString()}`.slice(-4000)));
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    const address = /(?:listening|serving) on (127\.0\.0\.1:\d+)/.exec(said)?.[1];
    if (address !== undefined) {
      return address;
    }
    await sleep(100);
  }
  child.kill();
  throw new Error(`The registry did not start: ${said}`);
}

/** go-containerregistry's, of the version in go.mod; built once for each state of its source. */
async function buildWithReferrers(): Promise<string> {
  const source = path.join(import.meta.dirname, 'registry-with-referrers');
  const files = await Promise.all(['go.sum', 'main.go'].map((name) => readFile(path.join(source, name))));
  const version = createHash('sha256').update(Buffer.concat(files)).digest('hex').slice(0, 12);
  const program = path.join(cache, `registry-with-referrers-${version}`);
  if ((await stat(program).catch(() => undefined)) === undefined) {
    await execa('go', ['build', '-o', program, '.'], { cwd: source }).catch((cause: unknown) => {
      throw new Error('The registry with referrers needs Go 1.24 or newer, and modules: see CONTRIBUTING.md.', {
        cause,
      });
    });
  }
  return program;
}
