/** The options of a container as arguments of `docker run`. Pure. */

import type { Limits } from './limits.ts';

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readonly?: boolean;
}

export interface Container {
  readonly image: string;
  /** Empty for the image's default command. */
  readonly command: readonly string[];
  /** `uid:gid`. */
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  readonly mounts?: readonly Mount[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** As `--security-opt` takes them: `seccomp=<file>`. */
  readonly securityOptions?: readonly string[] | undefined;
  /** `1g`. */
  readonly sharedMemory?: string | undefined;
  /** `none`, `host`. */
  readonly network?: string | undefined;
  readonly stdin?: 'closed' | 'open' | 'terminal' | undefined;
  readonly limits?: Limits | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The label of pysan's containers: `<host name>:<process>`. */
const ownerLabel = 'org.pysan.owner';

/**
 * Arguments of a container that removes itself when it ends. It has an init, which handles signals and orphaned processes.
 * Its image is never pulled. A variable in docker's own environment is passed by name alone, so that its value does not show
 * in the list of processes.
 */
export function runArguments(container: Container, name: string, owner: string, inherited: Environment = {}): string[] {
  const { image, command, user, workdir, mounts = [], env = {}, network, sharedMemory } = container;
  return [
    ...['run', '--rm', '--init', '--pull=never', `--name=${name}`, `--label=${ownerLabel}=${owner}`],
    ...stdinArguments(container.stdin),
    ...(container.securityOptions ?? []).map((option) => `--security-opt=${option}`),
    ...Object.entries({ user, workdir, network, 'shm-size': sharedMemory }).flatMap(([option, value]) =>
      value === undefined ? [] : [`--${option}=${value}`],
    ),
    ...limitArguments(container.limits),
    ...mounts.map(mountArgument),
    ...Object.entries(env).map(([variable, value]) =>
      inherited[variable] === value ? `--env=${variable}` : `--env=${variable}=${value}`,
    ),
    ...[image, ...command],
  ];
}

function stdinArguments(stdin: Container['stdin'] = 'closed'): string[] {
  const options = { closed: [], open: ['--interactive'], terminal: ['--interactive', '--tty'] };
  return options[stdin];
}

// Without a limit of its own, swap would be as much again. Where the engine cannot limit it, -1 keeps docker from saying
// so on stderr, which is the command's.
function limitArguments({ memoryBytes, limitsSwap = false, processes }: Limits = {}): string[] {
  const memory = String(memoryBytes);
  return [
    ...(memoryBytes === undefined ? [] : [`--memory=${memory}`, `--memory-swap=${limitsSwap ? memory : '-1'}`]),
    ...(processes === undefined ? [] : [`--pids-limit=${String(processes)}`]),
  ];
}

// --mount is CSV; --volume cannot hold a colon. A field with a comma or a quote is quoted.
function mountArgument({ source, target, readonly = false }: Mount): string {
  const fields = ['type=bind', `source=${source}`, `target=${target}`, ...(readonly ? ['readonly'] : [])];
  return `--mount=${fields.map(csvField).join(',')}`;
}

function csvField(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
