/** Lets work clean up on Ctrl-C. */
import { holdSignals } from './hold-signals.ts';

/** Runs work whose abort signal tells it to end early. Afterwards the process's signal has its usual effect. */
export async function stopOnSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const held = holdSignals(['SIGINT', 'SIGTERM']);
  try {
    return await work(held.signal);
  } finally {
    await held.raise();
  }
}
