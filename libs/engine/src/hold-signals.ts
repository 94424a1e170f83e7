/** Delays signals until the cleanup is done. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface HeldSignals {
  /** Aborted when a signal arrives. */
  readonly signal: AbortSignal;
  /** Stops delaying signals. */
  readonly release: () => void;
  /** Stops delaying signals. A delayed signal takes effect once no other holder delays it; then this throws. */
  readonly raise: () => Promise<void>;
}

// A nested holder must not wait for the outer one for ever.
const patienceMs = 10_000;

// Signals belong to the process, so the holders are global: the first one that has cleaned up must not end the others.
const holds = new Set<AbortController>();

/** Starts to delay signals. */
export function holdSignals(names: readonly NodeJS.Signals[]): HeldSignals {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals): void => {
    controller.abort(name);
  };
  const release = (): void => {
    holds.delete(controller);
    names.forEach((name) => process.off(name, abort));
  };
  const raise = async (): Promise<void> => {
    release();
    if (controller.signal.aborted) {
      await endBy(controller.signal.reason as NodeJS.Signals);
    }
  };
  holds.add(controller);
  names.forEach((name) => process.on(name, abort));
  return { signal: controller.signal, release, raise };
}

async function endBy(name: NodeJS.Signals): Promise<never> {
  for (const deadline = Date.now() + patienceMs; holds.size > 0 && Date.now() < deadline;) {
    await sleep(20);
  }
  process.kill(process.pid, name);
  throw new Error(`Interrupted by ${name}`);
}
