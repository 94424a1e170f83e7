import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';

import { createStatusLine } from './status-line.ts';

let written: string;
const write = (text: string): boolean => {
  written += text;
  return true;
};

beforeEach(() => {
  written = '';
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** What a terminal shows of it: the codes that are used go up some lines, and clear what is below. */
function screen(): string[] {
  const lines = [''];
  let row = 0;
  for (const [, up, end, clear, text = ''] of written.matchAll(/\u001b\[(\d+)A|(\n)|(\u001b\[J)|([^\r\n\u001b]+)/g)) {
    row += end === undefined ? -Number(up ?? 0) : 1;
    lines.splice(row + (clear === undefined ? 1 : 0));
    lines[row] = `${lines[row] ?? ''}${text}`;
  }
  return lines;
}

const terminal = { isTTY: true, columns: 40, write };

it('shows each step that runs with its clock, below what has ended', () => {
  const status = createStatusLine(terminal);
  status.print('building cpython:3.13.5t');
  status.print('        …  cpython [build 4/6] RUN make');
  jest.advanceTimersByTime(62_000);
  status.print('        …  openblas-tsan [2/5] RUN install and a lot more');
  jest.advanceTimersByTime(3000);
  expect(screen()).toEqual([
    'building cpython:3.13.5t',
    '     1:05  cpython [build 4/6] RUN make',
    '     0:03  openblas-tsan [2/5] RUN inst',
  ]);
  status.print('   65.2 s  cpython [build 4/6] RUN make');
  expect(screen()).toEqual([
    'building cpython:3.13.5t',
    '   65.2 s  cpython [build 4/6] RUN make',
    '     0:03  openblas-tsan [2/5] RUN inst',
  ]);
  status.end();
  expect(screen().slice(0, 2)).toEqual(['building cpython:3.13.5t', '   65.2 s  cpython [build 4/6] RUN make']);
  expect(screen()[2]).toBe('');
});

it('prints lines as they are where there is no terminal', () => {
  const status = createStatusLine({ ...terminal, isTTY: false });
  ['        …  cpython [build 4/6] RUN make', '    1.0 s  cpython [build 4/6] RUN make'].forEach(status.print);
  status.end();
  expect(written).toBe('        …  cpython [build 4/6] RUN make\n    1.0 s  cpython [build 4/6] RUN make\n');
});
