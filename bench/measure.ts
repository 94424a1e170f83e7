/** What the scripts of bench/ share: medians, the machine, and the files that keep the figures. */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

export const root = path.resolve(import.meta.dirname, '..');

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** Runs a command from the root and answers its wall-clock time in seconds; throws when it fails. */
export async function timeCommand(command: readonly [string, ...string[]]): Promise<number> {
  const [file, ...args] = command;
  const start = performance.now();
  await execa(file, args, { cwd: root, stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' });
  return (performance.now() - start) / 1000;
}

/** Docker's stdout. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await execa('docker', args);
  return stdout;
}

/** Writes bench/results/<name>.json with the machine and the day beside the figures, and shows them. */
export async function keep(name: string, command: string, figures: unknown): Promise<void> {
  const result = {
    command,
    measured: new Date().toISOString().slice(0, 10),
    machine: await describeMachine(),
    figures,
  };
  await writeFile(path.join(root, 'bench/results', `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result, null, 2));
}

async function describeMachine(): Promise<object> {
  const [cpu] = cpus();
  const load = (await readFile('/proc/loadavg', 'utf8').catch(() => '')).split(' ')[0];
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release().split('-')[0],
    engine: await docker('version', '--format', '{{.Server.Version}}'),
    node: process.version,
    loadAtEnd: Number(load),
  };
}
