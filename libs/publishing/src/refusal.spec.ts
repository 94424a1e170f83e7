import { expect, it } from '@jest/globals';
import { type Build, parsePythonTag } from '@pysan/model';

import { refusalOfBuild, refusalOfImage } from './refusal.ts';

const build: Build = {
  image: {
    name: 'numpy-tsan',
    parent: undefined,
    sanitizer: 'thread',
    components: ['numpy'],
    tracks: [],
    workflow: '',
  },
  python: parsePythonTag('3.14.3t'),
  contents: [
    { component: 'debian', version: '1:21.1.8-3', locked: true },
    { component: 'numpy', version: '2.4.6', sha256: 'a', locked: true },
  ],
  inputs: { schema: 1, platform: 'linux/amd64', files: {}, buildArgs: {}, releases: [] },
  id: '0'.repeat(64),
};
const own = { ...build, contents: [{ component: 'numpy', version: 'local', tree: 'a', locked: false }] };
const [digest, packages] = ['sha256:0', 'packages:0'];

it.each([
  { what: 'on a base by digest', built: build, base: digest, host: 'ghcr.io', refusal: undefined },
  { what: 'on a bootstrapped base', built: build, base: packages, host: 'ghcr.io', refusal: /bootstrapped/ },
  { what: 'bootstrapped, for here', built: build, base: packages, host: '127.0.0.1:5000', refusal: undefined },
  { what: 'bootstrapped, for here', built: build, base: packages, host: 'localhost', refusal: undefined },
  { what: 'of a tree', built: own, base: digest, host: '127.0.0.1:5000', refusal: /your own source tree/ },
])('a build $what goes to $host, unless: $refusal', ({ built, base, host, refusal }) => {
  expect(refusalOfBuild(built, base, host) ?? '').toMatch(refusal ?? /^$/);
});

it.each([
  [{ 'org.pysan.llvm': '1:21.1.8-3' }, undefined],
  [{ 'org.pysan.llvm': '1:21.1.9-1' }, /LLVM 1:21\.1\.9-1, but 1:21\.1\.8-3 is locked/],
  [{}, /LLVM unknown/],
  [{ 'org.pysan.llvm': '1:21.1.8-3', 'org.pysan.local': 'true' }, /your own source tree/],
])('an image with %j may go, unless: %s', (labels, refusal) => {
  expect(refusalOfImage(build, labels) ?? '').toMatch(refusal ?? /^$/);
});
