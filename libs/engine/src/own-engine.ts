/**
 * The engine that pysan starts: a detached dockerd with its data, log and pidfile in one folder. It listens on the default
 * socket, so that plain `docker run` works afterwards and the next command finds it.
 */
import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { EngineError } from '@pysan/model';

import { type Engine, findDockerd, probeEngine } from './situation.ts';

export interface OwnEngine {
  readonly folder: string;
  readonly pidFile: string;
  readonly log: string;
  /** Arguments of dockerd. */
  readonly arguments: readonly string[];
}

const secondsToStart = 30;
const secondsToStop = 30;

/** The folder of pysan's engine: PYSAN_DATA, or XDG_DATA_HOME/pysan, or ~/.local/share/pysan. Pure. */
export function ownEngine(env: Readonly<Record<string, string | undefined>>): OwnEngine {
  const { PYSAN_DATA: data, XDG_DATA_HOME: share = path.join(env['HOME'] ?? homedir(), '.local/share') } = env;
  const folder = path.join(path.resolve(data ?? path.join(share, 'pysan')), 'engine');
  const pidFile = path.join(folder, 'dockerd.pid');
  return {
    folder,
    pidFile,
    log: path.join(folder, 'dockerd.log'),
    arguments: [
      '--data-root',
      path.join(folder, 'data'),
      '--pidfile',
      pidFile,
      '--host',
      'unix:///var/run/docker.sock',
    ],
  };
}

/** Starts it and waits until it answers. After 30 s without an answer, throws an EngineError with the last lines of its log. */
export async function startEngine(own: OwnEngine, report: (line: string) => void): Promise<Engine> {
  report(
    `Starting a container engine, because none runs here. Its data and log are in ${own.folder}; \`pysan engine stop\` stops it.`,
  );
  await mkdir(own.folder, { recursive: true });
  const isAlive = (await findOwnPid(own)) === undefined ? await launch(own) : () => true;
  const engine = await waitForAnswer(isAlive);
  if (engine === undefined) {
    throw new EngineError(`dockerd did not start. The end of ${own.log}:\n${await lastLines(own.log, 12)}`);
  }
  report(`The container engine runs: Docker ${engine.version}, ${engine.architecture}.`);
  return engine;
}

/** Starts dockerd in its own session. Returns whether it runs. */
async function launch(own: OwnEngine): Promise<() => boolean> {
  const dockerd = await findDockerd();
  if (dockerd === undefined) {
    throw new EngineError('There is no dockerd on this machine.');
  }
  const log = await open(own.log, 'a');
  // execa would wait for the child's output, and would end the child with this process.
  const child = spawn(dockerd, own.arguments, { detached: true, stdio: ['ignore', log.fd, log.fd] });
  child.unref();
  await log.close();
  return () => child.exitCode === null;
}

async function waitForAnswer(isAlive: () => boolean): Promise<Engine | undefined> {
  const deadline = performance.now() + secondsToStart * 1000;
  // Two commands may start it at once. dockerd's pidfile lets only one run, and that one serves both commands.
  let grace = 20;
  while (performance.now() < deadline && grace > 0) {
    const { engine } = await probeEngine();
    if (engine !== undefined) {
      return engine;
    }
    grace -= isAlive() ? 0 : 1;
    await sleep(200);
  }
  return undefined;
}

/** The process of pysan's engine; undefined if it does not run. A pid that now belongs to another process does not count. */
export async function findOwnPid(own: OwnEngine): Promise<number | undefined> {
  const pid = Number((await readOptional(own.pidFile))?.trim());
  if (!Number.isSafeInteger(pid) || pid <= 1) {
    return undefined;
  }
  const commandLine = (await readOptional(`/proc/${String(pid)}/cmdline`)) ?? '';
  return commandLine.split('\0').includes(own.pidFile) ? pid : undefined;
}

/** Stops pysan's engine and waits for its end; false if it does not run. */
export async function stopEngine(own: OwnEngine): Promise<boolean> {
  const pid = await findOwnPid(own);
  if (pid === undefined) {
    return false;
  }
  process.kill(pid, 'SIGTERM');
  const deadline = performance.now() + secondsToStop * 1000;
  while ((await findOwnPid(own)) !== undefined) {
    if (performance.now() > deadline) {
      throw new EngineError(
        `dockerd (process ${String(pid)}) did not stop within ${String(secondsToStop)} s: see ${own.log}.`,
      );
    }
    await sleep(100);
  }
  return true;
}

async function lastLines(file: string, count: number): Promise<string> {
  const text = (await readOptional(file)) ?? '';
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

async function readOptional(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) {
      return undefined;
    }
    throw error;
  }
}
