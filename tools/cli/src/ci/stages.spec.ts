import { expect, it } from '@jest/globals';
import type { Image } from '@pysan/model';

import { firstStages, otherImages, planStages, type Situation } from './stages.ts';

const situation: Situation = {
  images: [
    { name: 'numpy-asan', why: undefined },
    { name: 'scipy-tsan', why: 'its checks have changed' },
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
    'build numpy-asan': undefined,
    'verify numpy-asan': undefined,
    'build scipy-tsan': 'its checks have changed',
    'verify scipy-tsan': 'its checks have changed',
    'e2e controls': 'it was never recorded as passed',
    'e2e recall': undefined,
  });
});

it('leaves nothing out with --all, and says for what reason beside it', () => {
  expect(reasons(true)).toMatchObject({ 'build numpy-asan': '--all', 'e2e recall': '--all' });
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

it('takes the images that no other is built on', () => {
  const chain = [
    ['toolchain', undefined],
    ['cpython-asan', 'toolchain'],
    ['numpy-asan', 'cpython-asan'],
    ['numpy-tsan', 'toolchain'],
    ['native-tsan', 'toolchain'],
  ] as const;
  const images = new Map(chain.map(([name, parent]) => [name, { name, parent } as Image]));
  expect(otherImages(images)).toEqual(['numpy-asan', 'native-tsan']);
});
