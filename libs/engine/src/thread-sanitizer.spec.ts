import { readFile } from 'node:fs/promises';

import { expect, it } from '@jest/globals';

import { needsPersonalityRule, personalityProfile, type Seccomp, threadSanitizerProblem } from './thread-sanitizer.ts';

it.each<[number | undefined, Seccomp, boolean, boolean]>([
  [28, 'default', false, false],
  [30, 'default', false, false],
  [31, 'default', true, true],
  [32, 'default', true, true],
  [32, 'none', false, false],
  [32, 'custom', true, false],
  [undefined, 'default', false, true],
  [undefined, 'none', false, false],
])('vm.mmap_rnd_bits=%s, seccomp %s: problem %s, profile %s', (mmapRndBits, seccomp, isProblem, needsRule) => {
  expect(threadSanitizerProblem({ mmapRndBits, seccomp }) !== undefined).toBe(isProblem);
  expect(needsPersonalityRule({ mmapRndBits, seccomp })).toBe(needsRule);
});

it('names the remedy', () => {
  expect(threadSanitizerProblem({ mmapRndBits: 32, seccomp: 'default' })).toContain('sudo sysctl vm.mmap_rnd_bits=28');
});

it('ships a profile with the one extra rule', async () => {
  const profile = JSON.parse(await readFile(personalityProfile, 'utf8')) as {
    syscalls: { names: string[]; args?: { value: number }[] }[];
  };
  const rules = profile.syscalls.filter(({ names }) => names.includes('personality'));
  expect(rules.map(({ args }) => args?.[0]?.value)).toEqual([0, 8, 0x20000, 0x20008, 0xffffffff, 0x40000]);
});
