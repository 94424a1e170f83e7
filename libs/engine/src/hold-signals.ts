/** Holds signals back for as long as it takes to clean up. */
export interface HeldSignals {
  /** Aborted when one came. */
  readonly signal: AbortSignal;
  /** Ends the holding. */
  readonly release: () => void;
  /** Ends the holding. If a signal came this throws, and the last to end lets the signal do what it would have done. */
  readonly raise: () => void;
}

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
  const raise = (): void => {
    release();
    if (controller.signal.aborted) {
      endBy(controller.signal.reason as NodeJS.Signals);
    }
  };
  holds.add(controller);
  names.forEach((name) => process.on(name, abort));
  return { signal: controller.signal, release, raise };
}

function endBy(name: NodeJS.Signals): never {
  if (holds.size === 0) {
    process.kill(process.pid, name);
  }
  throw new Error(`Interrupted by ${name}`);
}
