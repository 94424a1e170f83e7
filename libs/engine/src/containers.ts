/** Runs containers that leave nothing behind, even after a timeout, an abort or Ctrl-C. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { EngineError, isExpected } from '@pysan/model';
import { execa } from 'execa';

import { type Container, runArguments } from './container-arguments.ts';
import { docker, tryDocker } from './docker.ts';
import { holdSignals } from './hold-signals.ts';
import { exceededLimit, type Limits, type Limitable, limitsOn } from './limits.ts';

export type { Container, Mount } from './container-arguments.ts';

export interface CaptureOptions {
  readonly timeoutSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Text for the command's stdin. */
  readonly input?: string | undefined;
  /** Called with each line of stdout. Then `stdout` of the result is empty. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface ContainerResult {
  /** The exit code of the command; 137 if it was killed, also after a timeout. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** The sentence that says which limit ended it. */
  readonly exceeded?: string;
}

/**
 * Runs a command in a new container and captures its output. Throws an EngineError if the container could not be created,
 * and the signal's reason if it was aborted. Without a signal from the caller, Ctrl-C removes the container and then ends
 * this process.
 */
export async function runContainer(container: Container, options: CaptureOptions = {}): Promise<ContainerResult> {
  const { timeoutSeconds = 0, signal, input, onLine } = options;
  const name = newName();
  // A caller that passes a signal also handles the signals of the process.
  const interrupt = holdSignals(signal === undefined ? ['SIGINT', 'SIGTERM'] : []);
  const args = runArguments({ ...container, stdin: input === undefined ? 'closed' : 'open' }, name, owner());
  const result = await execa('docker', args, {
    reject: false,
    timeout: timeoutSeconds * 1000,
    cancelSignal: AbortSignal.any([interrupt.signal, ...(signal === undefined ? [] : [signal])]),
    killSignal: 'SIGKILL',
    stripFinalNewline: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(onLine === undefined ? {} : { stdout: linesTo(onLine) }),
  });
  if (result.isTerminated || result.isMaxBuffer) {
    await removeContainer(name);
  }
  await interrupt.raise();
  signal?.throwIfAborted();
  if (isExpected(result.cause)) {
    throw result.cause; // thrown by onLine
  }
  requireMade(result);
  const { exitCode = 137, stdout, stderr, timedOut } = result;
  const ended = { exitCode, stdout, stderr, timedOut };
  const exceeded = await findExceeded(name, ended, container.limits);
  return exceeded === undefined ? ended : { ...ended, exceeded };
}

let limits: Promise<Limits> | undefined;

/** As runContainer, with limits for memory and processes. The engine is asked once which limits it supports. */
export async function runLimited(container: Container, options?: CaptureOptions): Promise<ContainerResult> {
  limits ??= readLimits();
  return runContainer({ ...container, limits: await limits }, options);
}

async function readLimits(): Promise<Limits> {
  return limitsOn(JSON.parse(await docker(['info', '--format', '{{json .}}'])) as Limitable);
}

/**
 * Runs a command in a new container on this process's stdin, stdout and stderr, and returns its exit code. Ctrl-C goes to
 * the command: the terminal sends it to docker, which passes it on.
 */
export async function execContainer(container: Container): Promise<number> {
  const name = newName();
  const ignored = holdSignals(['SIGINT']);
  const interrupt = holdSignals(['SIGTERM']);
  const result = await execa('docker', runArguments(container, name, owner(), process.env), {
    reject: false,
    stdio: 'inherit',
    cancelSignal: interrupt.signal,
  });
  if (result.isTerminated || ignored.signal.aborted) {
    await removeContainer(name);
  }
  ignored.release();
  await interrupt.raise();
  requireClient(result.code);
  return result.exitCode ?? 130;
}

/** An execa transform that passes lines on and keeps none. */
function linesTo(onLine: (line: string) => void): (line: unknown) => Generator<never> {
  return function* (line) {
    onLine(String(line));
  };
}

function newName(): string {
  return `pysan-${randomUUID().slice(0, 13)}`;
}

function owner(): string {
  return `${hostname()}:${String(process.pid)}`;
}

/** Removes it twice: if docker is interrupted while it creates the container, the engine may create it a moment later. */
async function removeContainer(name: string): Promise<void> {
  const args = ['container', 'rm', '--force', '--volumes', name];
  await tryDocker(args);
  await sleep(300);
  await tryDocker(args);
}

/** The kernel kills one process of the container, perhaps not the first. The engine remembers its last 256 events. */
async function findExceeded(name: string, ended: ContainerResult, within?: Limits): Promise<string | undefined> {
  if (within === undefined || ended.exitCode === 0 || ended.timedOut) {
    return undefined;
  }
  const until = `--until=${(Date.now() / 1000).toFixed(3)}`;
  const filters = [`--filter=container=${name}`, '--filter=event=oom'];
  const events = await tryDocker(['events', '--since=0', until, ...filters]);
  return exceededLimit(within, `${ended.stdout}\n${ended.stderr}`, events?.exitCode === 0 && events.stdout !== '');
}

interface Ending {
  readonly code?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly stderr: string;
  readonly isMaxBuffer: boolean;
}

/** Exit code 125 is from docker or from the command. From docker it comes with a message of docker. */
function requireMade({ code, exitCode, stderr, isMaxBuffer }: Ending): void {
  requireClient(code);
  if (isMaxBuffer) {
    throw new EngineError('The command printed more than 100 MB.');
  }
  if (exitCode === 125 && /^docker: /m.test(stderr)) {
    throw new EngineError(stderr.trim().split('\n').slice(0, -1).join('\n').trim() || stderr.trim());
  }
}

function requireClient(code: string | undefined): void {
  if (code === 'ENOENT') {
    throw new EngineError('There is no docker command on this machine.');
  }
}
