import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { findAptMirror, findSecurityMirror } from './apt-mirror.ts';

describe('the mirror of this machine', () => {
  it.each([
    {
      form: 'deb822',
      file: 'sources.list.d/debian.sources',
      text: 'Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie\n\nTypes: deb\nURIs: http://security.example/debian-security\nSuites: trixie-security\n',
    },
    {
      form: 'one-line',
      file: 'sources.list',
      text: 'deb http://security.example/debian-security/ trixie-security main\ndeb [signed-by=/k.gpg] http://mirror.example/debian/ trixie main\n',
    },
  ])('is read from the $form form', async ({ file, text }) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pysan-apt-'));
    await mkdir(path.join(folder, 'sources.list.d'));
    await writeFile(path.join(folder, 'sources.list.d/other.list'), 'deb https://packages.example/apt stable main\n');
    await writeFile(path.join(folder, file), text);
    expect(await findAptMirror(folder)).toBe('http://mirror.example/debian');
    expect(await findSecurityMirror(folder)).toBe('http://security.example/debian-security');
    await rm(folder, { recursive: true });
  });

  it('is undefined where there is no apt', async () => {
    expect(await findAptMirror('/nonexistent')).toBeUndefined();
    expect(await findSecurityMirror('/nonexistent')).toBeUndefined();
  });
});
