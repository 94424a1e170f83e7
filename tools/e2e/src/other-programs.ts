/** Programs from Go's module proxy and from PyPI, in the cache folder: the machine itself stays as it is. */
import { stat } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';

import { cache } from './debian-programs.ts';

/** The path of a program that Go builds: `github.com/rhysd/actionlint/cmd/actionlint`, `v1.7.12`. */
export async function fetchGoProgram(name: string, version: string): Promise<string> {
  const folder = path.join(cache, `${path.basename(name)}-${version}`);
  const program = path.join(folder, path.basename(name));
  if (!(await exists(program))) {
    await execa('go', ['install', `${name}@${version}`], { env: { GOBIN: folder } }).catch((cause: unknown) => {
      throw new Error(`${name} needs Go 1.24 or newer, and modules: see CONTRIBUTING.md.`, { cause });
    });
  }
  return program;
}

/** The path of a program that a package of PyPI brings: `zizmor`, `1.32.0`. */
export async function fetchPythonProgram(name: string, version: string): Promise<string> {
  const folder = path.join(cache, `${name}-${version}`);
  const program = path.join(folder, 'bin', name);
  if (!(await exists(program))) {
    await execa('python3', ['-m', 'venv', folder])
      .then(() => execa(path.join(folder, 'bin/pip'), ['install', '--quiet', `${name}==${version}`]))
      .catch((cause: unknown) => {
        throw new Error(`${name} needs Python with venv (Debian, Ubuntu: apt-get install python3-venv), and PyPI.`, {
          cause,
        });
      });
  }
  return program;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
