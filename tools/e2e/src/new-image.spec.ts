/**
 * `nx g @pysan/nx-image:image` makes an image that needs no other edit.
 *
 * @images cpython-tsan 3.13.5t
 * @files tools/nx-image/src/generators/image.ts tools/nx-image/src/new-image libs/proving
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { docker, inspectImage } from '@pysan/engine';
import { execa } from 'execa';

import { pysan, type PysanResult } from './pysan.ts';
import { copyRepository, edit, removeCopy } from './repository-copy.ts';

const image = 'markupsafe-tsan';
const python = '3.13.5t';
let copy = '';

/** Runs a program of the repository's packages in the copy. */
async function run(file: string, ...args: readonly string[]): Promise<PysanResult> {
  const options = { cwd: copy, all: true, reject: false, preferLocal: true, localDir: copy } as const;
  const { exitCode, all } = await execa(file, args, options);
  return { exitCode, output: all };
}

beforeAll(async () => {
  copy = await copyRepository();
  await run('git', 'init', '--quiet');
  await edit(copy, '.git/info/exclude', (text) => `${text}node_modules\n`);
  // What is needed at run time is resolved in `cpython`, by the tag that was built last.
  await docker(['tag', `cpython:${python}`, 'cpython:latest']);
});

afterAll(async () => {
  const references = await docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', image]);
  await docker(['image', 'rm', ...references.split('\n').filter((line) => line !== '')]);
  await removeCopy(copy);
});

it('is generated', async () => {
  const generated = await run('nx', 'generate', '@pysan/nx-image:image', image, '--parent=cpython-tsan');
  expect(generated).toMatchObject({ exitCode: 0 });
});

it('leaves the repository tidy and in step', async () => {
  const tidy = await run('npm', 'run', '--silent', 'jest', '--', 'tidy.spec.ts', 'lint.spec.ts', 'workflows.spec.ts');
  expect(tidy).toMatchObject({ exitCode: 0 });
  expect(await run('nx', 'sync:check')).toMatchObject({ exitCode: 0 });
});

it('is built and passes its check and those of its parents', async () => {
  const built = await pysan(['build', image, '--python', python], copy);
  expect(built).toMatchObject({ exitCode: 0 });
  const verified = await pysan(['verify', image, '--python', python], copy);
  expect(verified).toMatchObject({
    exitCode: 0,
    output: expect.stringMatching(/pass\s.*markupsafe is the passport's/),
  });
  expect(await inspectImage(`${image}:${python}`)).toBeDefined();
});

it.each([
  { args: [image, '--parent=cpython-tsan'], message: /There is an image markupsafe-tsan/ },
  { args: ['other-tsan', '--parent=cpython'], message: /cpython has no sanitizer/ },
  { args: ['other-tsan', '--parent=cpyton-tsan'], message: /no image "cpyton-tsan"/ },
  { args: ['other-tsan', '--parent=cpython-tsan', '--prent=cpython'], message: /'prent' is not found in schema/ },
])('refuses $args', async ({ args, message }) => {
  const refused = await run('nx', 'generate', '@pysan/nx-image:image', ...args);
  expect(refused).toEqual({ exitCode: 1, output: expect.stringMatching(message) });
});
