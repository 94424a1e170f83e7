import { expect, it } from '@jest/globals';

import { formatStep, isNews, noProgress, readLine, type Step } from './progress.ts';

const log = `#0 building with "default" instance using docker driver
#5 [internal] load build definition from Dockerfile
#5 DONE 0.0s
#6 [build 1/2] RUN   make
#7 [build 2/2] COPY x y
#6 0.345 compiling
#6 0.400 DONE 99.9s said the program
#6 DONE 34.2s
#7 CACHED
`;

function readAll(text: string): Step[] {
  let progress = noProgress;
  return text.split('\n').flatMap((line) => {
    const next = readLine(progress, line);
    progress = next.progress;
    return next.changed ?? [];
  });
}

it('tells when steps begin and end, and takes no program output for that', () => {
  expect(readAll(log)).toEqual([
    { name: '[internal] load build definition from Dockerfile', isCached: false },
    { name: '[internal] load build definition from Dockerfile', isCached: false, seconds: 0 },
    { name: '[build 1/2] RUN   make', isCached: false },
    { name: '[build 2/2] COPY x y', isCached: false },
    { name: '[build 1/2] RUN   make', isCached: false, seconds: 34.2 },
    { name: '[build 2/2] COPY x y', isCached: true, seconds: 0 },
  ]);
});

it.each([
  { step: { name: '[1/2] RUN   make', isCached: false }, line: '        …  np [1/2] RUN make' },
  { step: { name: '[1/2] RUN make', isCached: false, seconds: 34.2 }, line: '   34.2 s  np [1/2] RUN make' },
  {
    step: { name: '[1/2] RUN --mount=type=cache,target=/c make', isCached: false, seconds: 1 },
    line: '    1.0 s  np [1/2] RUN make',
  },
  { step: { name: '[1/2] RUN make', isCached: true, seconds: 0 }, line: '   cached  np [1/2] RUN make' },
  {
    step: { name: '[1/2] RUN make all the things', isCached: true, seconds: 0 },
    line: '   cached  np [1/2] RUN make…',
  },
])('shows $line', ({ step, line }) => {
  expect(formatStep('np', step, 29)).toBe(line);
});

it.each([
  { step: { name: '[1/2] RUN make', isCached: false }, news: true },
  { step: { name: '[1/2] RUN make', isCached: true, seconds: 0 }, news: true },
  { step: { name: '[1/2] RUN true', isCached: false, seconds: 0.2 }, news: true },
  { step: { name: '[2/2] COPY x y', isCached: false }, news: false },
  { step: { name: '[2/2] COPY x y', isCached: true, seconds: 0 }, news: false },
  { step: { name: '[2/2] COPY x y', isCached: false, seconds: 4 }, news: true },
  { step: { name: '[internal] load metadata', isCached: false }, news: false },
])('of $step, news is $news', ({ step, news }) => {
  expect(isNews(step)).toBe(news);
});
