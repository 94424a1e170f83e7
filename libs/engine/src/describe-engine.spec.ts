import { expect, it } from '@jest/globals';

import { describeEngine } from './describe-engine.ts';
import { ownEngine } from './own-engine.ts';

const own = ownEngine({ PYSAN_DATA: '/d' });
const engine = { version: '26.1.5', architecture: 'amd64', system: 'linux' };

it.each([
  { running: engine, pid: 7, says: 'Docker 26.1.5, linux/amd64, started by pysan, process 7, data in /d/engine' },
  { running: engine, pid: undefined, says: 'Docker 26.1.5, linux/amd64, not started by pysan' },
  { running: undefined, pid: undefined, says: 'No engine runs.' },
  {
    running: undefined,
    pid: 7,
    says: 'The engine that pysan started (process 7) does not answer. See /d/engine/dockerd.log.',
  },
])('$says', ({ running, pid, says }) => {
  expect(describeEngine(running, pid, own)).toBe(says);
});
