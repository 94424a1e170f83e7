/** Lets work end in order on Ctrl-C. */

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Runs work that is told by its signal to end early. The process's signal takes its usual course afterwards. */
export async function stopOnSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    received = signal;
    controller.abort();
  };
  signals.forEach((signal) => process.on(signal, stop));
  try {
    return await work(controller.signal);
  } finally {
    signals.forEach((signal) => process.off(signal, stop));
    if (received !== undefined) {
      process.kill(process.pid, received);
    }
  }
}
