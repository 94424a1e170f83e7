import { personalityProfile } from '@pysan/engine';
import { expect, it } from '@jest/globals';

import { type Caller, containerFor, type Surroundings } from './container.ts';

const caller: Caller = {
  env: { HOME: '/home/ada' },
  stdin: {},
  stdout: {},
  cwd: () => '/home/ada/project',
  getuid: () => 1001,
  getgid: () => 100,
};
const facts: Surroundings['facts'] = { mmapRndBits: 28, seccomp: 'default' };

it('mounts the current folder and keeps its owner', () => {
  expect(containerFor('numpy-tsan:latest', ['python', '-c', 'pass'], { process: caller, facts })).toEqual({
    image: 'numpy-tsan:latest',
    command: ['python', '-c', 'pass'],
    user: '1001:100',
    workdir: '/work',
    mounts: [{ source: '/home/ada/project', target: '/work' }],
    env: {},
    securityOptions: [],
    sharedMemory: '1g',
    stdin: 'open',
  });
});

it.each<[string, Partial<Caller>, Partial<Surroundings['facts']>, object]>([
  ['passes sanitizer options on', { env: { TSAN_OPTIONS: 'a=1' } }, {}, { env: { TSAN_OPTIONS: 'a=1' } }],
  ['keeps an option that is set to nothing', { env: { ASAN_OPTIONS: '' } }, {}, { env: { ASAN_OPTIONS: '' } }],
  ['gets a terminal from a terminal', { stdin: { isTTY: true }, stdout: { isTTY: true } }, {}, { stdin: 'terminal' }],
  ['gets none in a pipe', { stdin: { isTTY: true } }, {}, { stdin: 'open' }],
  ['brings the profile', {}, { mmapRndBits: 32 }, { securityOptions: [`seccomp=${personalityProfile}`] }],
  ['leaves another profile alone', {}, { mmapRndBits: 32, seccomp: 'custom' }, { securityOptions: [] }],
  ['has no user where there are none', { getuid: undefined }, {}, { user: undefined }],
])('%s', (_title, changes, factChanges, expected) => {
  const surroundings = { process: { ...caller, ...changes }, facts: { ...facts, ...factChanges } };
  expect(containerFor('i', [], surroundings)).toMatchObject(expected);
});

it('hands on what sanitizers, pytest and san read, and the summary of a step on GitHub', () => {
  const handed = {
    ...{ LSAN_OPTIONS: 'a=1', UBSAN_OPTIONS: 'b=1', PYTEST_ADDOPTS: '-q' },
    ...{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/tmp/summary.md' },
  };
  const env = { ...handed, GITHUB_TOKEN: 'secret' };
  const container = containerFor('i', [], { process: { ...caller, env }, facts });
  expect(container.env).toEqual(handed);
  expect(container.mounts?.[1]).toEqual({ source: '/tmp/summary.md', target: '/tmp/summary.md' });
});

it('gives variables, folders and a network that were asked for', () => {
  const extras = { env: ['A=1=2', 'HOME', 'ABSENT', 'B='], volume: ['data:/data', '/a:b:/c:ro'], network: 'host' };
  expect(containerFor('i', [], { process: caller, facts }, extras)).toMatchObject({
    env: { A: '1=2', HOME: '/home/ada', B: '' },
    network: 'host',
    mounts: [
      { target: '/work' },
      { source: '/home/ada/project/data', target: '/data' },
      { source: '/a:b', target: '/c', readonly: true },
    ],
  });
});

it.each([
  { extras: { env: ['1A=2'] }, message: '--env 1A=2: expected NAME or NAME=VALUE.' },
  { extras: { env: [''] }, message: '--env : expected' },
  { extras: { volume: ['/data'] }, message: '--volume /data: expected FOLDER:/PATH' },
  { extras: { volume: ['/data:data'] }, message: '--volume /data:data: expected' },
])('refuses $extras', ({ extras, message }) => {
  expect(() => containerFor('i', [], { process: caller, facts }, extras)).toThrow(message);
});
