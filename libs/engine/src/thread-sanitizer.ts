/**
 * Decides whether ThreadSanitizer can start on a host. Pure.
 *
 * Its shadow memory lies at fixed places, so it bears only so much address space randomisation. Where the
 * kernel has more, it switches it off by personality(ADDR_NO_RANDOMIZE) and starts itself again, which Docker's
 * default seccomp profile forbids.
 */
import path from 'node:path';

/** `default`: Docker's profile; `none`: unconfined or not supported; `custom`: the operator's own. */
export type Seccomp = 'default' | 'none' | 'custom';

export interface StartFacts {
  /** Undefined where it cannot be read: not root, or an engine on another machine. */
  readonly mmapRndBits: number | undefined;
  readonly seccomp: Seccomp;
}

/** LLVM 21's runtime bears this much. By chance it starts with more, too: 9 of 20 times with 31 bits, 3 of 20 with 32; measured. */
export const mmapRndBitsMax = 30;

/** Docker's default profile and the one extra rule, for `docker run --security-opt seccomp=…`. */
export const personalityProfile = path.join(import.meta.dirname, '../seccomp/personality.json');

/** Why ThreadSanitizer will not start in a container or a build step, with the remedy; undefined when it will, or when nobody can tell. */
export function threadSanitizerProblem({ mmapRndBits = 0, seccomp }: StartFacts): string | undefined {
  if (mmapRndBits <= mmapRndBitsMax || seccomp === 'none') {
    return undefined;
  }
  return `ThreadSanitizer cannot start reliably here: vm.mmap_rnd_bits is ${String(mmapRndBits)}, it supports at most ${String(mmapRndBitsMax)}, and the engine's seccomp profile forbids it to turn randomisation off. Run \`sudo sysctl vm.mmap_rnd_bits=28\`. \`pysan run\` does not need that: its profile has the missing rule.`;
}

/** Whether `run` should bring the profile: where ThreadSanitizer may need it and no profile of the operator's is replaced. */
export function needsPersonalityRule({ mmapRndBits, seccomp }: StartFacts): boolean {
  return seccomp === 'default' && (mmapRndBits === undefined || mmapRndBits > mmapRndBitsMax);
}
