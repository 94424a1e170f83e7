import path from 'node:path';

import { expect, it } from '@jest/globals';
import { execa } from 'execa';

it.each<{ args: string[]; message: RegExp }>`
  args                                        | message
  ${['latest']}                               | ${/missing required argument 'where'/}
  ${['latest', 'pypi', 'numpy']}              | ${/Allowed choices are python, github/}
  ${['latest', 'python', '3']}                | ${/"3" is not a series of Python\. Write it as 3\.14/}
  ${['latest', 'github', 'numpy']}            | ${/"numpy" is not a repository\. Write owner\/repository/}
  ${['resolve', '--aply']}                    | ${/unknown option '--aply'[^]*--apply/}
  ${['plan', '--from', 'ghcr.io/Acme']}       | ${/must be lower case\. Write ghcr\.io\/acme/}
  ${['coordinate']}                           | ${/required option '--from <registry>' not specified/}
  ${['coordinate', '--from', 'ghcr.io/acme']} | ${/GITHUB_REPOSITORY names the repository whose workflows build: owner\/name, not ""/}
  ${['resolve', 'numpy']}                     | ${/too many arguments/}
`('$args ends with 2 and says why, without a stack trace', async ({ args, message }) => {
  const main = path.join(import.meta.dirname, 'main.ts');
  const { exitCode, stdout, stderr } = await execa('node', [main, ...args], {
    reject: false,
    env: { GITHUB_REPOSITORY: '' },
  });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringMatching(message) });
  expect(stderr).not.toMatch(/^\s+at /m);
});
