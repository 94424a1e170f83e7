import { expect, it } from '@jest/globals';

import { runArguments } from './container-arguments.ts';

const always = ['run', '--rm', '--init', '--pull=never', '--name=n', '--label=org.pysan.owner=host:1'];

it.each([
  { asked: {}, gets: [] },
  { asked: { user: '1001:1001', workdir: '/work' }, gets: ['--user=1001:1001', '--workdir=/work'] },
  { asked: { network: 'none', sharedMemory: '1g' }, gets: ['--network=none', '--shm-size=1g'] },
  { asked: { limits: {} }, gets: [] },
  {
    asked: { limits: { memoryBytes: 1024, limitsSwap: true, processes: 10 } },
    gets: ['--memory=1024', '--memory-swap=1024', '--pids-limit=10'],
  },
  {
    asked: { limits: { memoryBytes: 1024, limitsSwap: false } },
    gets: ['--memory=1024', '--memory-swap=-1'],
  },
  { asked: { stdin: 'open' as const }, gets: ['--interactive'] },
  { asked: { stdin: 'terminal' as const }, gets: ['--interactive', '--tty'] },
  { asked: { securityOptions: ['seccomp=/p.json'] }, gets: ['--security-opt=seccomp=/p.json'] },
  { asked: { env: { TSAN_OPTIONS: 'a=1:b="2 3"' } }, gets: ['--env=TSAN_OPTIONS=a=1:b="2 3"'] },
  {
    asked: { mounts: [{ source: '/a:b,c', target: '/work', readonly: true }] },
    gets: ['--mount=type=bind,"source=/a:b,c",target=/work,readonly'],
  },
])('asks docker for $asked by $gets', ({ asked, gets }) => {
  const args = runArguments({ image: 'i', command: ['python', '-c', 'pass'], ...asked }, 'n', 'host:1');
  expect(args).toEqual([...always, ...gets, 'i', 'python', '-c', 'pass']);
});

it('does not show the value of a variable that docker has itself', () => {
  const env = { TOKEN: 'secret', OTHER: 'changed' };
  const args = runArguments({ image: 'i', command: [], env }, 'n', 'host:1', { TOKEN: 'secret', OTHER: 'as it was' });
  expect(args).toEqual([...always, '--env=TOKEN', '--env=OTHER=changed', 'i']);
});
