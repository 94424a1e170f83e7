/** The race of README.md, as it is typed there. numpy-tsan 3.13.5t must have been built. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from '@jest/globals';
import { execa } from 'execa';

import { root } from './pysan.ts';

it('is found, with exit code 66 and the loop of numpy in both stacks', async () => {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const [, program = '', command = ''] = /^\$ cat race\.py\n([^]*?)^\$ (docker run .*)$/m.exec(readme) ?? [];
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-docs-'));
  try {
    await chmod(folder, 0o755);
    await writeFile(path.join(folder, 'race.py'), program);
    // Where the host's address space is random to a degree, this needs what `./pysan run` brings.
    const { all } = await execa('bash', ['-c', command], { cwd: folder, all: true, reject: false });
    expect(all).toMatch(/^WARNING: ThreadSanitizer: data race/m);
    expect(all).toMatch(/#0 DOUBLE_add .*loops_arithm_fp/);
    expect(all).toMatch(/^exit 66$/m);
  } finally {
    await rm(folder, { recursive: true });
  }
});
