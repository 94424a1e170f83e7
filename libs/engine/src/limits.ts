/**
 * The share of the machine that one container of a verification may use. Pure.
 *
 * The limits stop a runaway process before the machine fails, and are far above the needs of a check. Memory that a sanitizer
 * only reserves does not count. Only memory that is written to does.
 */

export interface Limits {
  readonly memoryBytes?: number | undefined;
  /** Whether the engine can limit swap. If so, a container with a memory limit gets no swap. */
  readonly limitsSwap?: boolean;
  /** Includes threads. */
  readonly processes?: number | undefined;
}

/** From `docker info`; false for a limit that the kernel or a rootless engine does not support. */
export interface Limitable {
  readonly MemTotal: number;
  readonly MemoryLimit: boolean;
  readonly SwapLimit: boolean;
  readonly PidsLimit: boolean;
}

const memoryShare = 0.75;
const processesMax = 4096;

/** The limits for an engine, without those that it does not support: docker would warn about them on the command's stderr. */
export function limitsOn({ MemTotal, MemoryLimit, SwapLimit, PidsLimit }: Limitable): Limits {
  return {
    memoryBytes: MemoryLimit ? Math.floor(MemTotal * memoryShare) : undefined,
    limitsSwap: SwapLimit,
    processes: PidsLimit ? processesMax : undefined,
  };
}

// Messages of sh, bash, Python, and the sanitizers' runtimes.
const cannotFork = /Cannot fork|Resource temporarily unavailable|can't start new thread|failed to create thread/i;

/** The limit that ended a failed command, as a sentence; undefined for none. The engine reports `outOfMemory`. */
export function exceededLimit(limits: Limits, output: string, outOfMemory: boolean): string | undefined {
  if (outOfMemory && limits.memoryBytes !== undefined) {
    return `killed: it needed more than the ${(limits.memoryBytes / 2 ** 30).toFixed(1)} GiB of memory that a container of a verification may have`;
  }
  return limits.processes !== undefined && cannotFork.test(output)
    ? `it could start no more: a container of a verification may have ${String(limits.processes)} processes and threads`
    : undefined;
}
