/** What `pysan verified` says before and after an image was verified and recorded, in a copy of the repository. */
import { expect, it } from '@jest/globals';

import { pysan, type PysanResult } from './pysan.ts';
import { edit } from './repository-copy.ts';
import { useSmallChain } from './small-chain.ts';

const image = 'small-toolchain';
const chain = useSmallChain();

function verified(...options: readonly string[]): Promise<PysanResult> {
  return pysan(['verified', image, ...options], chain.folder);
}

it('wants what was never recorded to be verified, and records nothing that was not', async () => {
  expect(await verified()).toEqual({
    exitCode: 1,
    output: expect.stringMatching(/not verified: it was never recorded/),
  });
  expect(await verified('--record')).toEqual({
    exitCode: 1,
    output: expect.stringMatching(/has not been verified with its present inputs/),
  });
});

it('is content once it passed and that was recorded', async () => {
  expect(await pysan(['verify', image], chain.folder)).toMatchObject({ exitCode: 0 });
  expect(await verified('--record')).toMatchObject({ exitCode: 0 });
  expect(await verified()).toMatchObject({
    exitCode: 0,
    output: expect.stringMatching(/verified with its present inputs/),
  });
});

it.each([
  {
    what: 'a check',
    file: 'images/small-toolchain/checks/passport/check.json',
    change: '\n',
    reason: /its checks have changed/,
  },
  {
    what: 'the image',
    file: 'images/small-toolchain/Dockerfile',
    change: '# changed\n',
    reason: /its build id is \w{12}, and \w{12} was verified/,
  },
])('wants it verified again when $what changed, and records that it was not', async ({ file, change, reason }) => {
  await edit(chain.folder, file, (text) => `${text}${change}`);
  expect(await verified()).toEqual({ exitCode: 1, output: expect.stringMatching(reason) });
  expect(await verified('--record')).toMatchObject({ exitCode: 1 });
});
