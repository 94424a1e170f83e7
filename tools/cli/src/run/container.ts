/** Decides what `pysan run` asks of the engine. */
import { type Container, type HostFacts, inspectImage, needsPersonalityRule, personalityProfile } from '@pysan/engine';
import { EngineError, localSuffix, parseBuiltTag } from '@pysan/model';

/** What counts of the process that asks. */
export interface Caller {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: { readonly isTTY?: boolean };
  readonly cwd: () => string;
  readonly getuid?: (() => number) | undefined;
  readonly getgid?: (() => number) | undefined;
}

export interface Surroundings {
  readonly process: Caller;
  readonly facts: Pick<HostFacts, 'mmapRndBits' | 'seccomp'>;
}

const passedOn = ['TSAN_OPTIONS', 'ASAN_OPTIONS', 'PYTHON_GIL'];

/** The container for a command: the caller's folder, user and sanitizer options, and the seccomp rule where the host needs it. Pure. */
export function containerFor(reference: string, command: readonly string[], surroundings: Surroundings): Container {
  const { process, facts } = surroundings;
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return {
    image: reference,
    command,
    user: uid === undefined || gid === undefined ? undefined : `${String(uid)}:${String(gid)}`,
    workdir: '/work',
    mounts: [{ source: process.cwd(), target: '/work' }],
    env: pick(process.env, passedOn),
    securityOptions: needsPersonalityRule(facts) ? [`seccomp=${personalityProfile}`] : [],
    sharedMemory: '1g',
    stdin: isTerminal ? 'terminal' : 'open',
  };
}

function pick(env: Caller['env'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Reference of the image that was built here for a Python tag; EngineError that names the build command when there is none. */
export async function requireBuilt(image: string, python: string | undefined): Promise<string> {
  const tag = python === undefined ? undefined : parseBuiltTag(python);
  const reference = `${image}:${tag ?? 'latest'}`;
  if ((await inspectImage(reference)) === undefined) {
    const option = tag === undefined || tag.endsWith(localSuffix) ? '' : ` --python ${tag}`;
    throw new EngineError(`${reference} was not built here: run \`pysan build ${image}${option}\` first.`);
  }
  return reference;
}
