import { expect, it } from '@jest/globals';
import { ProductError, UpstreamError } from '@pysan/model';

import { type Development, runDevelop } from './run-develop.ts';

const first = '1'.repeat(40);

/** Branches that move each time somebody asks. */
function story(failing: (image: string, tag: unknown) => boolean) {
  const published: string[] = [];
  let head = 0;
  const development: Development = {
    tags: ['3.16t-dev', '3.15t-dev'],
    images: ['numpy-asan', 'scipy-tsan'],
    resolve: async (image, given) => {
      head += 1;
      const sources = image === 'scipy-tsan' ? ['cpython', 'numpy', 'scipy'] : ['cpython', 'numpy'];
      const now = Object.fromEntries(sources.map((name) => [name, String(head).repeat(40).slice(0, 40)]));
      return Promise.resolve({ ...now, ...given });
    },
    publish: async (image, { python, cpython, numpy }) => {
      published.push(`${image} ${String(python)} ${String(cpython)} ${String(numpy)}`);
      return Promise.resolve(failing(image, python) ? 1 : 0);
    },
    env: {},
    print: () => undefined,
  };
  return { development, published };
}

it('builds all images of a branch from the same commits', async () => {
  const { development, published } = story(() => false);
  await runDevelop(development);
  expect(published.slice(0, 2)).toEqual([
    `numpy-asan 3.16t-dev ${first} ${first}`,
    `scipy-tsan 3.16t-dev ${first} ${first}`,
  ]);
  expect(published).toHaveLength(4);
});

it('goes on after a failure, and then names it with its commits', async () => {
  const { development, published } = story((image, tag) => image === 'numpy-asan' && tag === '3.16t-dev');
  const attempt = runDevelop(development);
  await expect(attempt).rejects.toThrow(ProductError);
  await expect(attempt).rejects.toThrow(/ {2}- numpy-asan:3\.16t-dev at cpython 1{12}, numpy 1{12} failed$/);
  expect(published).toHaveLength(4);
});

it('goes on with the next branch where nobody can tell what one is at', async () => {
  const { development, published } = story(() => false);
  const { resolve } = development;
  const attempt = runDevelop({
    ...development,
    resolve: async (image, given) =>
      given.python === '3.16t-dev' ? Promise.reject(new UpstreamError('no answer')) : resolve(image, given),
  });
  await expect(attempt).rejects.toThrow(/ {2}- 3\.16t-dev: no answer$/);
  expect(published).toHaveLength(2);
});
