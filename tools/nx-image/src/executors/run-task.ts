/** The only place where executors catch errors: the user gets the message, Nx gets the failure. */
import { describeSystemError, isExpected, printable } from '@pysan/model';

/** Runs the work of a task and tells Nx whether it succeeded. */
export async function runTask(work: () => Promise<boolean>): Promise<{ success: boolean }> {
  try {
    return { success: await work() };
  } catch (error) {
    const message = isExpected(error) ? error.message : describeSystemError(error);
    console.error(message === undefined ? error : `error: ${printable(message)}`);
    return { success: false };
  }
}

/** Prints a line of progress. */
export function report(line: string): void {
  console.log(printable(line));
}
