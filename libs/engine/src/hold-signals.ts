/** Holds signals back for as long as it takes to clean up. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface HeldSignals {
  /** Aborted when one came. */
  readonly signal: AbortSignal;
  /** Ends the holding. */
  readonly release: () => void;
  /** Ends the holding. A signal that came does what it would have done, once nobody else holds it; then this throws. */
  readonly raise: () => Promise<void>;
}

// One that waits inside another must not wait for that one for ever.
const patienceMs = 10_000;

// Signals are the process's, so who holds them is too: the first to have cleaned up must not end the others.
const holds = new Set<AbortController>();

/** Begins to hold signals back. */
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
