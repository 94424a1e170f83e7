/** Lines for people on stderr; on a terminal the last one, while its step runs, with the time it has taken. */
import type { WriteStream } from 'node:tty';

import { formatElapsed } from './format-elapsed.ts';

interface StatusLine {
  readonly print: (line: string) => void;
  readonly end: () => void;
}

/** A line with `…` where the seconds would stand names a step that has begun (see progress.ts of nx-image). */
const running = /^ +…  /;

/** Prints to a stream; the clock moves only where that is a terminal. */
export function createStatusLine(stream: WriteStream): StatusLine {
  return stream.isTTY ? onTerminal(stream) : { print: (line) => stream.write(`${line}\n`), end: () => undefined };
}

function onTerminal(stream: WriteStream): StatusLine {
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => {
    clearInterval(timer);
    stream.write('\r\u001b[K');
  };
  return {
    print: (line) => {
      clear();
      if (running.test(line)) {
        timer = showClock(stream, line);
      } else {
        stream.write(`${line}\n`);
      }
    },
    end: clear,
  };
}

function showClock(stream: WriteStream, line: string): NodeJS.Timeout {
  const startedAt = Date.now();
  const draw = (): void => {
    const elapsed = formatElapsed((Date.now() - startedAt) / 1000).padStart(9);
    stream.write(`\r\u001b[K${line.replace(running, `${elapsed}  `).slice(0, stream.columns - 1)}`);
  };
  draw();
  return setInterval(draw, 1000);
}
