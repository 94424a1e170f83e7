/** Prints lines for people to stderr. On a terminal the last lines are the running steps, each with its elapsed time. */
import type { WriteStream } from 'node:tty';

import { printable } from '@pysan/model';

import { formatElapsed } from './format-elapsed.ts';

interface StatusLine {
  readonly print: (line: string) => void;
  readonly end: () => void;
}

/** `   34.2 s  numpy-tsan [build 4/6] RUN …`; dots instead of the seconds mean that the step has started (libs/building/src/progress.ts). */
const stepLine = /^ *(?<time>…|cached|[\d.]+ s) {2}(?<step>\S.*)$/;

/** Prints to a stream. The clocks only run on a terminal. */
export function createStatusLine(stream: Pick<WriteStream, 'isTTY' | 'columns' | 'write'>): StatusLine {
  const { print, end } = stream.isTTY
    ? onTerminal(stream)
    : { print: (line: string) => stream.write(`${line}\n`), end: () => undefined };
  // A line may contain output of a build.
  return { print: (line) => print(printable(line)), end };
}

function onTerminal(stream: Pick<WriteStream, 'columns' | 'write'>): StatusLine {
  /** The running steps, each with its start time. */
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

/** Cuts a line to the width of the terminal: a wrapped line could not be overwritten. */
function linesOf(running: ReadonlyMap<string, number>, columns: number): string[] {
  const now = Date.now();
  return [...running].map(([step, startedAt]) =>
    `${formatElapsed((now - startedAt) / 1000).padStart(9)}  ${step}`.slice(0, columns - 1),
  );
}
