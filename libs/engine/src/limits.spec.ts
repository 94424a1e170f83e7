import { expect, it } from '@jest/globals';

import { exceededLimit, limitsOn } from './limits.ts';

const all = { MemTotal: 16 * 2 ** 30, MemoryLimit: true, SwapLimit: true, PidsLimit: true };
const limits = { memoryBytes: 12 * 2 ** 30, limitsSwap: true, processes: 4096 };

it.each([
  { engine: all, expected: limits },
  { engine: { ...all, SwapLimit: false }, expected: { ...limits, limitsSwap: false } },
  { engine: { ...all, MemoryLimit: false }, expected: { ...limits, memoryBytes: undefined } },
  { engine: { ...all, PidsLimit: false }, expected: { ...limits, processes: undefined } },
])('limits what the engine can limit: $engine', ({ engine, expected }) => {
  expect(limitsOn(engine)).toEqual(expected);
});

it.each([
  { output: 'Killed\n', outOfMemory: true, expected: /^killed: it needed more than the 12\.0 GiB of memory/ },
  { output: 'sh: 0: Cannot fork\n', outOfMemory: false, expected: /may have 4096 processes and threads$/ },
  { output: "RuntimeError: can't start new thread", outOfMemory: false, expected: /may have 4096 processes/ },
  { output: 'Killed\n', outOfMemory: false, expected: undefined },
])('says which limit ended $output, out of memory: $outOfMemory', ({ output, outOfMemory, expected }) => {
  const said = exceededLimit(limits, output, outOfMemory);
  expect(said).toEqual(expected === undefined ? undefined : expect.stringMatching(expected));
});

it('blames no limit that was not set', () => {
  expect(exceededLimit({}, 'sh: 0: Cannot fork', true)).toBeUndefined();
});
