import { expect, it } from '@jest/globals';
import { type Build, type Image, parsePythonTag, type Release } from '@pysan/model';

import { labelsOf, pythonTagIn } from './labels.ts';
import { localReferences } from './local-tags.ts';

const image: Image = {
  name: 'numpy-tsan',
  parent: 'cpython-tsan',
  sanitizer: 'thread',
  components: ['numpy'],
  tracks: [],
  workflow: '',
};
const id = 'abcdef0123456789'.repeat(4);

function buildAt(python: string | undefined, numpy: Partial<Release> = {}): Build {
  const inputs = { schema: 1, platform: 'linux/amd64', files: {}, buildArgs: {}, releases: [] } as const;
  const contents = [{ component: 'numpy', version: '2.4.6', locked: true, ...numpy }];
  return { image, id, contents, inputs, ...(python === undefined ? {} : { python: parsePythonTag(python) }) };
}

it.each([
  { python: '3.13.5t', seriesHolds: undefined, tags: ['3.13.5t-babcdef012345', '3.13.5t', '3.13t', 'latest'] },
  { python: '3.13.5', seriesHolds: '3.13.5', tags: ['3.13.5-babcdef012345', '3.13.5', '3.13', 'latest'] },
  { python: '3.13.5t', seriesHolds: '3.13.15t', tags: ['3.13.5t-babcdef012345', '3.13.5t', 'latest'] },
  { python: '3.16t-dev', seriesHolds: undefined, tags: ['3.16t-dev-babcdef012345', '3.16t-dev', 'latest'] },
  { python: undefined, seriesHolds: undefined, tags: ['babcdef012345', 'latest'] },
])('Python $python gets $tags when the series names $seriesHolds', ({ python, seriesHolds, tags }) => {
  expect(localReferences(buildAt(python), seriesHolds)).toEqual(tags.map((tag) => `numpy-tsan:${tag}`));
});

it('moves neither the tag of a release nor that of a series to a tree of the user', () => {
  const tags = ['3.13.5t-local-babcdef012345', '3.13.5t-local', 'latest'];
  const build = buildAt('3.13.5t', { tree: 'f'.repeat(64) });
  expect(localReferences(build, undefined)).toEqual(tags.map((tag) => `numpy-tsan:${tag}`));
  expect(labelsOf(build, '{}')).toMatchObject({
    'org.pysan.python': '3.13.5t',
    'org.pysan.local': 'true',
  });
  expect(pythonTagIn(labelsOf(build, '{}'))).toBe('3.13.5t-local');
});

it('labels the commit of what comes from git', () => {
  const commit = '0123456789'.repeat(4);
  const labels = labelsOf(buildAt('3.16t-dev', { version: commit, commit }), '{}');
  expect(labels).toMatchObject({ 'org.pysan.numpy': commit, 'org.pysan.numpy.commit': commit });
});

it('has a label for each library, whichever it is', () => {
  const cffi = { component: 'cffi', version: '2.1.1', locked: true };
  const labels = labelsOf({ ...buildAt('3.13.5t'), contents: [cffi] }, '{}');
  expect(labels['org.pysan.cffi']).toBe('2.1.1');
  expect(labels).not.toHaveProperty('org.pysan.numpy');
});

it('labels what is inside, and leaves out what is not', () => {
  expect(labelsOf(buildAt('3.13.5t'), '{}')).toEqual({
    'org.pysan.build-id': id,
    'org.pysan.inputs': '{}',
    'org.pysan.sanitizer': 'thread',
    'org.pysan.python': '3.13.5t',
    'org.pysan.numpy': '2.4.6',
  });
});
