/** Installs the distribution's own container engine, as root on Debian or Ubuntu. */
import { readFile } from 'node:fs/promises';

import { EngineError } from '@pysan/model';
import { execa } from 'execa';
import writeFileAtomic from 'write-file-atomic';

import {
  candidateOf,
  donorPreferences,
  donorSuite,
  findMainEntry,
  formatDonorSources,
  offersEngine,
} from './apt-sources.ts';
import { readAptEntries } from './apt-mirror.ts';
import { tryDocker } from './docker.ts';

/** Installs docker.io, docker-buildx and, if it is a separate package, docker's CLI. If that fails, throws an EngineError with apt's last lines. */
export async function installEngine(report: (line: string) => void): Promise<void> {
  report('Installing a container engine (docker.io, docker-buildx) by apt-get: none is installed here.');
  await update(report);
  const isDonorNeeded = !offersEngine(await readPolicy());
  if (isDonorNeeded) {
    await addDonor(report);
  }
  const lacksClient = (await tryDocker(['--version'])) === undefined;
  const hasClientPackage = candidateOf(await readPolicy(), 'docker-cli') !== undefined;
  const packages = ['docker.io', 'docker-buildx', ...(lacksClient && hasClientPackage ? ['docker-cli'] : [])];
  await apt(['install', '--no-install-recommends', ...(isDonorNeeded ? ['-t', donorSuite] : []), ...packages]);
}

/** A broken apt source of the host must not stop this. The installation shows whether the packages are available. */
async function update(report: (line: string) => void): Promise<void> {
  try {
    await apt(['update']);
  } catch (error) {
    report(`Continuing after an error: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Adds the donor to apt's sources, unless the host already has it. */
async function addDonor(report: (line: string) => void): Promise<void> {
  const entries = await readAptEntries();
  if (entries.some(({ suites }) => suites.includes(donorSuite))) {
    return;
  }
  const release = await readFile('/etc/os-release', 'utf8');
  const codename = /^VERSION_CODENAME="?([\w-]+)/m.exec(release)?.[1] ?? '';
  const entry = findMainEntry(entries, codename);
  if (!isDebian(release) || entry === undefined) {
    throw new EngineError('The engine that apt offers is too old. Install Docker 23 or newer with its buildx plugin.');
  }
  report(`Adding Debian ${donorSuite} to apt's sources, for the engine only: that of ${codename} is too old.`);
  // Another apt may read these folders at any time, so each file must appear complete.
  await writeFileAtomic('/etc/apt/preferences.d/pysan-engine', donorPreferences, { mode: 0o644 });
  await writeFileAtomic('/etc/apt/sources.list.d/pysan-engine.sources', formatDonorSources(entry), { mode: 0o644 });
  await update(report);
}

function isDebian(release: string): boolean {
  return /^ID="?debian"?$/m.test(release);
}

async function readPolicy(): Promise<string> {
  const { stdout } = await execa('apt-cache', ['policy', 'docker.io', 'docker-buildx', 'docker-cli']);
  return stdout;
}

async function apt(args: readonly string[]): Promise<void> {
  const options = ['-qq', '--yes', '--option=DPkg::Lock::Timeout=300'];
  const { exitCode, all } = await execa('apt-get', [...options, ...args], {
    all: true,
    reject: false,
    stdin: 'ignore',
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (exitCode !== 0) {
    throw new EngineError(`apt-get ${args.join(' ')} failed:\n${all.trimEnd().split('\n').slice(-12).join('\n')}`);
  }
}
