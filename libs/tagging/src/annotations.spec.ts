import { expect, it } from '@jest/globals';
import { type Build, parsePythonTag } from '@pysan/model';

import { annotationsOf } from './annotations.ts';

const recipes = { source: 'https://github.com/acme/pysan', revision: '1'.repeat(40) };
const base = { name: 'ghcr.io/acme/cpython-tsan:3.13.5t-b0123456789ab', digest: 'sha256:1' };

function buildAt(python: string | undefined, components: readonly string[]): Build {
  const inputs = { schema: 1, platform: 'linux/amd64', files: {}, buildArgs: {}, releases: [] } as const;
  const contents = components.map((component) => ({ component, version: '1:21.1.8-3', locked: true }));
  const image = {
    name: 'x-tsan',
    description: 'x compiled',
    parent: undefined,
    sanitizer: undefined,
    tracks: [],
    workflow: '',
  };
  const tag = python === undefined ? {} : { python: parsePythonTag(python) };
  return { image: { ...image, components }, id: 'a'.repeat(64), contents, inputs, ...tag };
}

it('has all of them, as the specification names them', () => {
  expect(annotationsOf(buildAt('3.13.5t', ['debian', 'cpython', 'numpy']), recipes, base)).toEqual({
    'org.opencontainers.image.title': 'x-tsan',
    'org.opencontainers.image.description': 'x compiled',
    'org.opencontainers.image.version': '3.13.5t',
    'org.opencontainers.image.licenses': 'MIT AND Apache-2.0 WITH LLVM-exception AND PSF-2.0 AND BSD-3-Clause',
    'org.opencontainers.image.source': 'https://github.com/acme/pysan',
    'org.opencontainers.image.revision': '1'.repeat(40),
    'org.opencontainers.image.base.name': base.name,
    'org.opencontainers.image.base.digest': 'sha256:1',
  });
});

it('calls an image without Python by its LLVM', () => {
  const annotations = annotationsOf(buildAt(undefined, ['debian']), recipes, base);
  expect(annotations['org.opencontainers.image.version']).toBe('llvm21');
});

it('leaves empty what is not known, so that nothing of the parent is inherited', () => {
  const annotations = annotationsOf(buildAt('3.13.5t', ['debian', 'cffi']), {}, undefined);
  const empty = Object.keys(annotations).filter((key) => annotations[key] === '');
  expect(empty.map((key) => key.slice('org.opencontainers.image.'.length))).toEqual([
    ...['licenses', 'source', 'revision', 'base.name', 'base.digest'],
  ]);
});
