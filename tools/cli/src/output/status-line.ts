/** Lines for people on stderr; on a terminal the last ones are the steps that run, each with the time it has taken. */
import type { WriteStream } from 'node:tty';

import { printable } from '@pysan/model';

import { formatElapsed } from './format-elapsed.ts';

interface StatusLine {
  readonly print: (line: string) => void;
  readonly end: () => void;
}

/** `   34.2 s  numpy-tsan [build 4/6] RUN …`; dots where the seconds would stand say that it has begun (libs/building/src/progress.ts). */
const stepLine = /^ *(?<time>…|cached|[\d.]+ s) {2}(?<step>\S.*)$/;

/** Prints to a stream; the clocks move only where that is a terminal. */
export function createStatusLine(stream: Pick<WriteStream, 'isTTY' | 'columns' | 'write'>): StatusLine {
  const { print, end } = stream.isTTY
    ? onTerminal(stream)
    : { print: (line: string) => stream.write(`${line}\n`), end: () => undefined };
  // What a build printed may stand in a line.
  return { print: (line) => print(printable(line)), end };
}

function onTerminal(stream: Pick<WriteStream, 'columns' | 'write'>): StatusLine {
  /** The steps that run → when they began. */
  const running = new Map<string, number>();
  let drawn = 0;
  const clear = (): void => {
    stream.write(`\r${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\u001b[J`);
    drawn = 0;
  };
  const draw = (): void => {
    clear();
    stream.write(linesOf(running, stream.columns).join('\n'));
    drawn = running.size;
  };
  const timer = setInterval(draw, 1000);
  return {
    print: (line) => {
      const { time, step = '' } = stepLine.exec(line)?.groups ?? {};
      clear();
      if (time === '…') {
        running.set(step, Date.now());
      } else {
        running.delete(step);
        stream.write(`${line}\n`);
      }
      draw();
    },
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}

/** No longer than the terminal is wide: what is broken into two lines could not be overwritten. */
function linesOf(running: ReadonlyMap<string, number>, columns: number): string[] {
  const now = Date.now();
  return [...running].map(([step, startedAt]) =>
    `${formatElapsed((now - startedAt) / 1000).padStart(9)}  ${step}`.slice(0, columns - 1),
  );
}
