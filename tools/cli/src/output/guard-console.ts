/** Cleans everything that a command prints, so that text from others cannot control the terminal. */
import { inspect } from 'node:util';

import { printable } from '@pysan/model';

/** Makes a console print text without control characters. */
export function guardConsole(target: Pick<Console, 'log' | 'error'>): void {
  for (const method of ['log', 'error'] as const) {
    const print = target[method].bind(target);
    target[method] = (...values: readonly unknown[]) => {
      print(...values.map((value) => printable(typeof value === 'string' ? value : inspect(value))));
    };
  }
}
