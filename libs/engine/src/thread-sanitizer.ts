/**
 * Decides whether ThreadSanitizer can start on a host. Pure.
 *
 * Its shadow memory has fixed addresses, so it supports only limited address space randomisation. If the kernel has more, it
 * turns randomisation off by personality(ADDR_NO_RANDOMIZE) and starts itself again. Docker's default seccomp profile forbids
 * that call.
 */
import path from 'node:path';

/** `default`: Docker's profile; `none`: unconfined or not supported; `custom`: the operator's own. */
export type Seccomp = 'default' | 'none' | 'custom';

export interface StartFacts {
  /** Undefined if it cannot be read: without root, or with an engine on another machine. */
  readonly mmapRndBits: number | undefined;
  readonly seccomp: Seccomp;
}

/** The limit of LLVM 21's runtime. With more it starts only by chance. Measured: 9 of 20 times with 31 bits, 3 of 20 with 32. */
export const mmapRndBitsMax = 30;

/** Docker's default profile with one additional rule, for `docker run --security-opt seccomp=…`. */
export const personalityProfile = path.join(import.meta.dirname, '../seccomp/personality.json');

/** Why ThreadSanitizer will not start in a container or a build step, with the remedy; undefined if it will, or if that is not known. */
export function threadSanitizerProblem({ mmapRndBits = 0, seccomp }: StartFacts): string | undefined {
  if (mmapRndBits <= mmapRndBitsMax || seccomp === 'none') {
    return undefined;
  }
  return `ThreadSanitizer cannot start reliably here: vm.mmap_rnd_bits is ${String(mmapRndBits)}, it supports at most ${String(mmapRndBitsMax)}, and the engine's seccomp profile forbids it to turn randomisation off. Run \`sudo sysctl vm.mmap_rnd_bits=28\`. \`pysan run\` does not need that: its profile has the missing rule.`;
}

/** Whether `run` should set the profile: if ThreadSanitizer may need it, and no profile of the operator is replaced. */
export function needsPersonalityRule({ mmapRndBits, seccomp }: StartFacts): boolean {
  return seccomp === 'default' && (mmapRndBits === undefined || mmapRndBits > mmapRndBitsMax);
}
