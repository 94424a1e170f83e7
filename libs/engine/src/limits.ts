/**
 * How much of the machine one container of a verification may take. Pure.
 *
 * It stops what runs away before the machine does, and is far above what a check needs. What a sanitizer reserves does not
 * count: only memory that is written to does.
 */

export interface Limits {
  readonly memoryBytes?: number | undefined;
  /** Whether the engine can limit swap: a container with a limit of its memory then gets none. */
  readonly limitsSwap?: boolean;
  /** Threads count, too. */
  readonly processes?: number | undefined;
}

/** As `docker info` has them. What the kernel or a rootless engine cannot limit is false. */
export interface Limitable {
  readonly MemTotal: number;
  readonly MemoryLimit: boolean;
  readonly SwapLimit: boolean;
  readonly PidsLimit: boolean;
}

const memoryShare = 0.75;
const processesMax = 4096;

/** The limits on an engine; without those that it cannot set, of which docker would warn on the command's stderr. */
export function limitsOn({ MemTotal, MemoryLimit, SwapLimit, PidsLimit }: Limitable): Limits {
  return {
    memoryBytes: MemoryLimit ? Math.floor(MemTotal * memoryShare) : undefined,
    limitsSwap: SwapLimit,
    processes: PidsLimit ? processesMax : undefined,
  };
}

// Of sh, bash, Python, and the runtimes of the sanitizers.
const cannotFork = /Cannot fork|Resource temporarily unavailable|can't start new thread|failed to create thread/i;

/** Which limit ended a command that failed, as a sentence; undefined for none. `outOfMemory` is the engine's word. */
export function exceededLimit(limits: Limits, output: string, outOfMemory: boolean): string | undefined {
  if (outOfMemory && limits.memoryBytes !== undefined) {
    return `killed: it needed more than the ${(limits.memoryBytes / 2 ** 30).toFixed(1)} GiB of memory that a container of a verification may have`;
  }
  return limits.processes !== undefined && cannotFork.test(output)
    ? `it could start no more: a container of a verification may have ${String(limits.processes)} processes and threads`
    : undefined;
}
