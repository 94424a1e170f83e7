import { expect, it } from '@jest/globals';
import { reason } from '@pysan/planning';

import { describeMoves, describeSteps } from './describe.ts';

const situation = {
  name: 'ghcr.io/acme/numpy-tsan',
  tag: '3.14t-b0',
  digest: undefined,
  foreign: undefined,
  isBuilt: false,
  engine: { do: 'use' } as const,
  unproven: reason('proof-outdated', 'it was never verified'),
};

it.each([
  [{}, /built here, pushed and signed\n  verified by today's checks/],
  [{ isBuilt: true }, /is here: built again FROM the published parent/],
  [{ foreign: 'it has no signature' }, /is there, but not used and replaced: it has no signature\n.*built here/],
  [{ engine: { do: 'install' } as const }, /a container engine is installed and started\n.*built here/],
  [{ engine: { do: 'give up', message: 'Start it.' } as const }, /needs a container engine\. Start it\./],
  [{ digest: 'sha256:1' }, /is there: sha256:1\n  verified/],
  [{ digest: 'sha256:1', unproven: undefined }, /is there: sha256:1\n  proven/],
])('what comes first where %j', (part, text) => {
  expect(describeSteps({ ...situation, ...part })).toMatch(text);
});

it('says of each tag what becomes of it, and why', () => {
  const tag = { tag: '3.14t', moves: true, reason: '' };
  const from = { digest: 'sha256:0', labels: {} };
  const moves = [
    { tag, from: undefined, decision: { allowed: true, reason: 'the tag is new' } },
    { tag, from, decision: { allowed: true, reason: 'a newer Python' } },
    { tag, from, decision: { allowed: false, reason: 'an older Python' } },
    { tag, from: { ...from, digest: 'sha256:1' }, decision: { allowed: true, reason: 'it already names that image' } },
  ];
  const verbs = describeMoves(moves, 'sha256:1')
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/)[1]);
  expect(verbs).toEqual(['new', 'moves', 'stays', 'is there']);
});
