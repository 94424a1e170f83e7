import { expect, it } from '@jest/globals';
import type { BuildInputs } from '@pysan/model';

import { canonicalJson, computeBuildId } from './build-id.ts';
import { readInputs } from './present.ts';

const inputs: BuildInputs = {
  schema: 1,
  platform: 'linux/amd64',
  files: { 'images/numpy-tsan/Dockerfile': '644 abc' },
  buildArgs: { numpy_version: '2.4.6' },
  parent: '0'.repeat(64),
  releases: [{ component: 'numpy', version: '2.4.6', sha256: '1'.repeat(64) }],
};
const buildId = computeBuildId(inputs);
const labels = { 'org.pysan.build-id': buildId, 'org.pysan.inputs': canonicalJson(inputs) };

it('reads the inputs of an image by its labels', () => {
  expect(readInputs(labels)).toEqual({ buildId, inputs });
});

it('cannot tell by inputs that would make lines of their own, though their id is right', () => {
  const forged = { ...inputs, releases: [{ component: 'numpy', version: '2.4.6\n  trusted  yes' }] };
  const own = { 'org.pysan.build-id': computeBuildId(forged), 'org.pysan.inputs': canonicalJson(forged) };
  expect(() => readInputs(own)).toThrow('org.pysan.inputs does not hold');
});

it.each([
  { what: 'no build id', change: { 'org.pysan.build-id': undefined }, message: 'no label org.pysan.build-id' },
  { what: 'no inputs', change: { 'org.pysan.inputs': undefined }, message: 'org.pysan.inputs does not hold' },
  { what: 'inputs cut off', change: { 'org.pysan.inputs': '{"schema":1,' }, message: 'org.pysan.inputs does not hold' },
  { what: 'another shape', change: { 'org.pysan.inputs': '{"schema":1}' }, message: 'org.pysan.inputs does not hold' },
  { what: 'an id of other inputs', change: { 'org.pysan.build-id': '2'.repeat(64) }, message: 'contradict each other' },
])('cannot tell by $what', ({ change, message }) => {
  const changed = Object.entries({ ...labels, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  expect(() => readInputs(Object.fromEntries(changed))).toThrow(message);
});
