/** Runs docker or cosign again after a transient failure of a transfer: one 429 must not cost a build. */
import { patient, type Timing } from './http.ts';
import { patienceMs, waitAfterMessage } from './retry.ts';

/** The exit code of a command; 0 is success. */
export interface CommandResult {
  readonly exitCode?: number | undefined;
  readonly stderr: string;
}

/** The last result: of the first run that succeeds, or of a run whose failure is not transient. */
export async function repeatCommand<T extends CommandResult>(
  run: () => Promise<T>,
  timing: Pick<Timing, 'sleep' | 'now'> = patient,
): Promise<T> {
  let giveUp = Infinity;
  for (let tries = 1; ; tries += 1) {
    const result = await run();
    const now = timing.now();
    const wait = result.exitCode === 0 ? undefined : waitAfterMessage(tries, result.stderr);
    giveUp = Math.min(giveUp, now + patienceMs);
    if (wait === undefined || now + wait > giveUp) {
      return result;
    }
    await timing.sleep(wait);
  }
}
