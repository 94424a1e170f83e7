/** Lets work end in order on Ctrl-C. */
import { holdSignals } from './hold-signals.ts';

/** Runs work that is told by its signal to end early. The process's signal takes its usual course afterwards. */
export async function stopOnSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const held = holdSignals(['SIGINT', 'SIGTERM']);
  try {
    return await work(held.signal);
  } finally {
    await held.raise();
  }
}
