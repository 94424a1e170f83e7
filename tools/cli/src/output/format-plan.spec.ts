import { expect, it } from '@jest/globals';
import type { Planned } from '@pysan/planning';

import { formatExplanation, formatPlan, formatReady } from './format-plan.ts';

const id = '0123456789abcdef'.repeat(4);
const builds: readonly Planned[] = [
  { image: 'toolchain', state: 'fresh', reasons: [{ code: 'fresh', what: 'built and proven' }], buildId: id },
  {
    image: 'cpython',
    tag: '3.14t',
    python: '3.14.10t',
    state: 'to-build',
    reasons: [{ code: 'new-release', what: 'cpython', from: '3.14.3', to: '3.14.10' }],
    buildId: id,
  },
  { image: 'cpython', tag: '3.16t-dev', state: 'unknown', reasons: [{ code: 'unknown', what: 'git was not asked' }] },
  {
    image: 'numpy-tsan',
    tag: '3.14t',
    python: '3.14.10t',
    state: 'waiting',
    reasons: [
      { code: 'waiting-for-parent', what: 'cpython:3.14t is to-build' },
      { code: 'new-release', what: 'numpy', from: '2.4.6', to: '2.5.5' },
      { code: 'parent-changed', what: 'cpython', from: 'f'.repeat(64), to: id },
    ],
    buildId: id,
    present: { digest: `sha256:${'a'.repeat(64)}`, buildId: 'f'.repeat(64) },
  },
];

it('is a table with the reasons of what is not fresh, and a count', () => {
  expect(formatPlan(builds)).toBe(
    `
image       python     release   state     why
toolchain                        fresh
cpython     3.14t      3.14.10t  to-build  new-release: cpython 3.14.3 → 3.14.10
cpython     3.16t-dev            unknown   git was not asked
numpy-tsan  3.14t      3.14.10t  waiting   waiting-for-parent: cpython:3.14t is to-build; new-release: numpy 2.4.6 → 2.5.5 (+1)

4 builds: 1 fresh, 1 to-build, 1 unknown, 1 waiting`.trimStart(),
  );
});

it('explains the last build with all of its reasons', () => {
  expect(formatExplanation(builds).split('\n\n')[0]).toBe(
    `
numpy-tsan:3.14t: waiting
  Python   3.14.10t
  build    b0123456789ab (${id})
  exists   bffffffffffff, sha256:${'a'.repeat(64)}
  because  waiting-for-parent: cpython:3.14t is to-build
           new-release: numpy 2.4.6 → 2.5.5
           parent-changed: cpython ffffffffffff → 0123456789ab`.trimStart(),
  );
});

it('says when nothing exists, and names no build where there is no name', () => {
  expect(formatExplanation(builds.slice(0, 3)).split('\n\n')[0]).toBe(
    'cpython:3.16t-dev: unknown\n  exists   nothing\n  because  unknown: git was not asked',
  );
});

it('lists what is ready as publish takes it', () => {
  const ready = [
    { image: 'toolchain', build: 'b0123456789ab', publish: 'toolchain' },
    { image: 'cpython', python: '3.14.10t', build: 'bffffffffffff', publish: 'cpython --python=3.14.10t' },
  ];
  expect(formatReady(ready)).toBe('b0123456789ab  toolchain\nbffffffffffff  cpython --python=3.14.10t');
  expect(formatReady([])).toBe('No build is ready.');
});
