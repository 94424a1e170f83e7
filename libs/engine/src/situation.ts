/** Reads the facts about this machine by which the ladder decides. */
import { access, constants, readFile } from 'node:fs/promises';
import path from 'node:path';

import { type DockerResult, tryDocker } from './docker.ts';
import type { Situation } from './ladder.ts';

/** The running engine, as it describes itself. */
export interface Engine {
  readonly version: string;
  /** In Go's terms: `amd64`, `arm64`. */
  readonly architecture: string;
  /** `linux` or `windows`. */
  readonly system: string;
}

export interface Probe {
  readonly outcome: Situation['probe'];
  readonly engine: Engine | undefined;
}

/** Asks the engine for its version, in about 20 ms. */
export async function probeEngine(): Promise<Probe> {
  const answer = await tryDocker(['version', '--format', '{{.Server.Version}} {{.Server.Arch}} {{.Server.Os}}']);
  const outcome = outcomeOf(answer);
  if (answer === undefined || outcome !== 'answers') {
    return { outcome, engine: undefined };
  }
  const [version = '', architecture = '', system = ''] = answer.stdout.trim().split(' ');
  return { outcome, engine: { version, architecture, system } };
}

function outcomeOf(answer: DockerResult | undefined): Situation['probe'] {
  if (answer === undefined) {
    return 'no client';
  }
  if (answer.exitCode === 0) {
    return 'answers';
  }
  return /permission denied/i.test(answer.stderr) ? 'denied' : 'silent';
}

/** The facts for the ladder. The probe is an argument, because a running engine needs no further facts. */
export async function readSituation(probe: Situation['probe']): Promise<Situation> {
  return {
    probe,
    pointedTo: await findPointer(),
    dockerd: (await findDockerd()) !== undefined,
    root: process.getuid?.() === 0,
    platform: process.platform,
    distribution: await readDistribution(),
  };
}

/** DOCKER_HOST, or the context by DOCKER_CONTEXT or docker's configuration; undefined for the default socket. */
async function findPointer(): Promise<string | undefined> {
  const { DOCKER_HOST: host = '' } = process.env;
  const context = (await tryDocker(['context', 'show']))?.stdout.trim() ?? '';
  return [host, context].find((name) => name !== '' && name !== 'default');
}

/** The path of dockerd. Looks in `sbin` too, which is not on every user's PATH. */
export async function findDockerd(): Promise<string | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  const files = folders.map((folder) => path.join(folder, 'dockerd'));
  const found = await Promise.all(files.map(isExecutable));
  return files[found.indexOf(true)];
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function readDistribution(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].map(([, names]) => names).join(' ');
}
