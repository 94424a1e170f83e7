import { expect, it } from '@jest/globals';
import type { Image } from '@pysan/model';

import { firstStages, otherImages, planStages, python, type Situation } from './stages.ts';

const situation: Situation = {
  images: [
    { name: 'openblas-tsan', python: undefined, why: undefined },
    { name: 'scipy-tsan', python: '3.13.5t', why: 'its checks have changed' },
  ],
  quick: ['build', 'circle'],
  long: [
    { name: 'controls', why: 'it was never recorded as passed' },
    { name: 'recall', why: undefined },
  ],
};

function reasons(all: boolean): Record<string, string | undefined> {
  return Object.fromEntries([...firstStages, ...planStages(situation, all)].map(({ name, why }) => [name, why]));
}

it('runs the tests and the first chain always, and of the rest what did not pass as it is', () => {
  expect(reasons(false)).toEqual({
    test: 'always',
    'build numpy-tsan': 'always',
    'verify numpy-tsan': 'always',
    e2e: 'always',
    'build openblas-tsan': undefined,
    'verify openblas-tsan': undefined,
    'build scipy-tsan': 'its checks have changed',
    'verify scipy-tsan': 'its checks have changed',
    'e2e controls': 'it was never recorded as passed',
    'e2e recall': undefined,
  });
});

it('leaves nothing out with --all, and says for what reason beside it', () => {
  expect(reasons(true)).toMatchObject({ 'build openblas-tsan': '--all', 'e2e recall': '--all' });
  expect(reasons(true)).toMatchObject({ 'e2e controls': 'it was never recorded as passed' });
  expect(Object.values(reasons(true))).not.toContain(undefined);
});

it('names the specs that run always, so that no other runs in their stage', () => {
  const command = planStages(situation, false).find(({ name }) => name === 'e2e')?.command;
  expect(command).toEqual(['./pysan', 'e2e', 'build', 'circle']);
});

it('verifies an image only behind its build', () => {
  expect(planStages(situation, true).find(({ name }) => name === 'verify scipy-tsan')).toMatchObject({
    command: ['./pysan', 'verify', 'scipy-tsan', '--python', '3.13.5t'],
    needs: 'build scipy-tsan',
  });
});

it('asks for no Python where an image has none', () => {
  expect(planStages(situation, true).find(({ name }) => name === 'build openblas-tsan')?.command).toEqual([
    './pysan',
    'build',
    'openblas-tsan',
  ]);
});

it('takes the images that no other is built on', () => {
  const chain = [
    ['toolchain', undefined, 'debian'],
    ['cpython-asan', 'toolchain', 'cpython'],
    ['numpy-asan', 'cpython-asan', 'numpy'],
    ['numpy-tsan', 'toolchain', 'cpython'],
    ['native-tsan', 'toolchain', 'openssl'],
  ] as const;
  const images = new Map(
    chain.map(([name, parent, component]) => [name, { name, parent, components: [component] } as unknown as Image]),
  );
  expect(otherImages(images)).toEqual([
    { name: 'numpy-asan', python },
    { name: 'native-tsan', python: undefined },
  ]);
});
