import path from 'node:path';

import { expect, it } from '@jest/globals';
import { execa } from 'execa';

const root = path.join(import.meta.dirname, '../../../..');

// What Nx knows of a target and of a generator comes from their schemas alone.
it.each([
  ['run numpy-tsan:build', /^ {2}Build an image, or verify it\./m],
  ['run numpy-tsan:publish', /^ {2}Publish an image and its parents/m],
  ['g @pysan/nx-image:image', /^ {2}Make a new image/m],
])(
  'nx %s --help says what is done, and shows the options that people give',
  async (command, about) => {
    const args = [...command.split(' '), '--help'];
    const { stdout } = await execa('nx', args, { cwd: root, preferLocal: true, env: { FORCE_COLOR: '0' } });
    expect(stdout).toMatch(about);
    expect(stdout).toMatch(/--(?:python|parent) /);
    expect(stdout).not.toMatch(/undefined|--resolution/);
  },
  60_000,
);
