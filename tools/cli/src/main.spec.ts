import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { expect, it } from '@jest/globals';
import { Command } from 'commander';
import { execa } from 'execa';

const main = path.join(import.meta.dirname, 'main.ts');

it.each<{ args: string[]; message: RegExp }>`
  args                                        | message
  ${['latest']}                               | ${/missing required argument 'where'/}
  ${['latest', 'pypi', 'numpy']}              | ${/Allowed choices are python, github/}
  ${['latest', 'python', '3']}                | ${/"3" is not a series of Python\. Write it as 3\.14/}
  ${['latest', 'github', 'numpy']}            | ${/"numpy" is not a repository\. Write owner\/repository/}
  ${['resolve', '--aply']}                    | ${/unknown option '--aply'[^]*--apply/}
  ${['plan', '--from', 'ghcr.io/Acme']}       | ${/must be lower case\. Write ghcr\.io\/acme/}
  ${['coordinate']}                           | ${/required option '--from <registry>' not specified/}
  ${['coordinate', '--from', 'ghcr.io/acme']} | ${/GITHUB_REPOSITORY must name the repository whose workflows build, as owner\/name, not ""/}
  ${['build', 'x', '--foo']}                  | ${/unknown option '--foo'\nOptions of build: --python, --cpython, --numpy, [^]*--help$/}
  ${['pins', 'x', '--foo']}                   | ${/unknown option '--foo'\nOptions of pins: --apply, [^]*--help$/}
  ${['engine', 'stop', '--foo']}              | ${/unknown option '--foo'\nOptions of stop: --help$/}
  ${['--foo']}                                | ${/unknown option '--foo'\n"pysan --help" lists the commands\.$/}
  ${['resolve', 'numpy']}                     | ${/too many arguments/}
`('$args ends with 2 and says why, without a stack trace', async ({ args, message }) => {
  const { exitCode, stdout, stderr } = await execa('node', [main, ...args], {
    reject: false,
    env: { GITHUB_REPOSITORY: '' },
  });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringMatching(message) });
  expect(stderr).not.toMatch(/^\s+at /m);
});

const commandFiles = (await readdir(path.join(import.meta.dirname, 'commands'))).filter(
  (it) => !it.endsWith('.spec.ts'),
);

it('shows every command on one screen, on one line each', async () => {
  const { stdout } = await execa('node', [main, '--help']);
  const shown = [...stdout.matchAll(/^ {2}(\S+) +\S/gm)].map(([, name]) => `${String(name)}.ts`);
  expect(shown.toSorted()).toEqual(commandFiles.toSorted());
  expect(stdout.split('\n').length).toBeLessThanOrEqual(40);
  expect(stdout.split('\n').filter((line) => line.length > 80 || line.startsWith('   '))).toEqual([]);
}, 20_000);

it.each(commandFiles)('shows examples in the help of commands/%s', async (file) => {
  let help = '';
  const program = new Command('pysan').configureOutput({ writeOut: (text) => (help += text) });
  const { register } = (await import(`./commands/${file}`)) as { register: (program: Command) => void };
  register(program);
  program.commands[0]?.outputHelp();
  expect(help).toMatch(/^Examples:\n {2}pysan /m);
});

it('prints its version', async () => {
  expect((await execa('node', [main, '--version'])).stdout).toMatch(/^\d+\.\d+\.\d+$/);
}, 20_000);
