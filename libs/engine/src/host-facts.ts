/** Reads what the machine and its engine can do, for `doctor` and for the check before a long build. */
import { readFile, statfs } from 'node:fs/promises';
import { release } from 'node:os';

import { docker } from './docker.ts';
import type { Seccomp, StartFacts } from './thread-sanitizer.ts';

export interface HostFacts extends StartFacts {
  readonly engineVersion: string;
  /** In Go's terms: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly buildxVersion: string | undefined;
  readonly memoryBytes: number;
  /** Where the engine keeps images. */
  readonly dataRoot: string;
  /** Free space there; undefined if the engine is on another machine. */
  readonly freeBytes: number | undefined;
}

interface DockerInfo {
  readonly ServerVersion: string;
  readonly Architecture: string;
  readonly KernelVersion: string;
  readonly MemTotal: number;
  readonly DockerRootDir: string;
  readonly SecurityOptions: readonly string[] | null;
  readonly ClientInfo: { readonly Plugins?: readonly { readonly Name: string; readonly Version?: string }[] | null };
}

/** Facts about the running engine, from one `docker info` of about 50 ms. Throws an EngineError if it does not answer. */
export async function readHostFacts(): Promise<HostFacts> {
  const info = JSON.parse(await docker(['info', '--format', '{{json .}}'])) as DockerInfo;
  // The facts about the kernel and the disk only apply if the engine runs on this kernel.
  const isHere = process.platform === 'linux' && info.KernelVersion === release();
  return {
    engineVersion: info.ServerVersion,
    architecture: goArchitecture(info.Architecture),
    buildxVersion: info.ClientInfo.Plugins?.find(({ Name }) => Name === 'buildx')?.Version?.replace(/^v/, ''),
    seccomp: parseSeccomp(info.SecurityOptions ?? []),
    memoryBytes: info.MemTotal,
    dataRoot: info.DockerRootDir,
    mmapRndBits: isHere ? await readMmapRndBits() : undefined,
    freeBytes: isHere ? await readFreeBytes(info.DockerRootDir) : undefined,
  };
}

/** The seccomp profile of containers, from `docker info`'s security options: `name=seccomp,profile=builtin`. Pure. */
export function parseSeccomp(securityOptions: readonly string[]): Seccomp {
  const option = securityOptions.find((line) => /^name=seccomp\b/.test(line));
  const profile = option === undefined ? 'unconfined' : /profile=([^,]*)/.exec(option)?.[1];
  if (profile === 'unconfined') {
    return 'none';
  }
  return profile === undefined || profile === 'builtin' || profile === 'default' ? 'default' : 'custom';
}

function goArchitecture(machine: string): string {
  return { x86_64: 'amd64', aarch64: 'arm64' }[machine] ?? machine;
}

/** `vm.mmap_rnd_bits`; undefined if it cannot be read, since the kernel only shows it to root. */
export async function readMmapRndBits(): Promise<number | undefined> {
  const text = await readFile('/proc/sys/vm/mmap_rnd_bits', 'utf8').catch(() => '');
  return text === '' ? undefined : Number(text);
}

async function readFreeBytes(folder: string): Promise<number | undefined> {
  const disk = await statfs(folder).catch(() => undefined);
  return disk === undefined ? undefined : disk.bavail * disk.bsize;
}
