/** Decides which container `pysan run` starts. */
import path from 'node:path';

import {
  type Container,
  type HostFacts,
  inspectImage,
  type Mount,
  needsPersonalityRule,
  personalityProfile,
} from '@pysan/engine';
import { EngineError, localSuffix, parseBuiltTag, UsageError } from '@pysan/model';

/** The relevant facts about the calling process. */
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

/** The user's additional options. */
export interface Extras {
  /** `NAME=VALUE`, or the `NAME` of one of the caller's variables. */
  readonly env?: readonly string[];
  /** `SOURCE:TARGET` or `SOURCE:TARGET:ro`. */
  readonly volume?: readonly string[];
  /** `none`, `host` or the name of a network. */
  readonly network?: string;
}

// Variables of sanitizers, Python and pytest. The last three tell san and pytest that they run on GitHub.
const passedOn = [
  ...['TSAN_OPTIONS', 'ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS', 'PYTHON_GIL', 'PYTEST_ADDOPTS'],
  ...['CI', 'GITHUB_ACTIONS', 'GITHUB_STEP_SUMMARY'],
];

/**
 * The container for a command: the caller's folder, user and relevant variables, the seccomp rule if the host needs it, and
 * the additional options. Throws a UsageError for malformed options. Pure.
 */
export function containerFor(
  reference: string,
  command: readonly string[],
  surroundings: Surroundings,
  { env = [], volume = [], network }: Extras = {},
): Container {
  const { process, facts } = surroundings;
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return {
    image: reference,
    command,
    user: uid === undefined || gid === undefined ? undefined : `${String(uid)}:${String(gid)}`,
    workdir: '/work',
    mounts: [
      { source: process.cwd(), target: '/work' },
      ...summaryOf(process),
      ...volume.map((it) => mountOf(it, process)),
    ],
    env: Object.fromEntries([...pick(process.env, passedOn), ...env.flatMap((it) => variableOf(it, process.env))]),
    network,
    securityOptions: needsPersonalityRule(facts) ? [`seccomp=${personalityProfile}`] : [],
    sharedMemory: '1g',
    stdin: isTerminal ? 'terminal' : 'open',
  };
}

type Variable = [name: string, value: string];

function pick(env: Caller['env'], names: readonly string[]): Variable[] {
  return names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
}

/** The file for the summary of a step on GitHub Actions. It is outside the checkout. */
function summaryOf({ env }: Caller): Mount[] {
  const { GITHUB_ACTIONS: onGitHub, GITHUB_STEP_SUMMARY: file } = env;
  return onGitHub === 'true' && file !== undefined && file !== '' ? [{ source: file, target: file }] : [];
}

/** One variable. As with docker, a name that the caller has not set gives none. */
function variableOf(text: string, env: Caller['env']): Variable[] {
  const [, name = '', value] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(text) ?? [];
  if (name === '') {
    throw new UsageError(`--env ${text}: expected NAME or NAME=VALUE.`);
  }
  return value === undefined ? pick(env, [name]) : [[name, value]];
}

function mountOf(text: string, { cwd }: Caller): Mount {
  const { source, target, mode } = /^(?<source>.+?):(?<target>\/[^:]*)(?::(?<mode>ro|rw))?$/.exec(text)?.groups ?? {};
  if (source === undefined || target === undefined) {
    throw new UsageError(`--volume ${text}: expected FOLDER:/PATH or FOLDER:/PATH:ro.`);
  }
  return { source: path.resolve(cwd(), source), target, ...(mode === 'ro' ? { readonly: true } : {}) };
}

/** The reference of the image that was built here for a Python tag. If there is none, throws an EngineError with the build command. */
export async function requireBuilt(image: string, python: string | undefined): Promise<string> {
  const tag = python === undefined ? undefined : parseBuiltTag(python);
  const reference = `${image}:${tag ?? 'latest'}`;
  if ((await inspectImage(reference)) === undefined) {
    const option = tag === undefined || tag.endsWith(localSuffix) ? '' : ` --python ${tag}`;
    throw new EngineError(`${reference} was not built here. Run \`pysan build ${image}${option}\` first.`);
  }
  return reference;
}
