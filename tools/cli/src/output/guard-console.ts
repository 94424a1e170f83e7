/** The one way to a terminal or a log: whatever a command prints there, also what it heard from others, steers nothing. */
import { inspect } from 'node:util';

import { printable } from '@pysan/model';

/** From now on a console prints text without characters that steer a terminal. */
export function guardConsole(target: Pick<Console, 'log' | 'error'>): void {
  for (const method of ['log', 'error'] as const) {
    const print = target[method].bind(target);
    target[method] = (...values: readonly unknown[]) => {
      print(...values.map((value) => printable(typeof value === 'string' ? value : inspect(value))));
    };
  }
}
