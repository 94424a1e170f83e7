/**
 * The workflows' own steps, run by nektos/act on this machine against a real registry. What act cannot have here stands in:
 * the action that installs cosign does nothing, and `gh` says what it was told.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { docker } from '@pysan/engine';
import { execa } from 'execa';

import { commitAll, initialise, runAct } from './act.ts';
import { fetchPrograms } from './debian-programs.ts';
import type { PysanResult } from './pysan.ts';
import { type Registry, startRegistry } from './registries.ts';
import { edit, removeCopy } from './repository-copy.ts';
import { copySmallChain } from './small-chain.ts';

const workflows = '.github/workflows';
const password = 'not for anybody else';

let folder: string;
let copy: string;
let registry: Registry;
let cosignAction: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-act-'));
  registry = await startRegistry();
  copy = await copySmallChain();
  // Writes the workflows of the small images.
  await execa('nx', ['sync'], { cwd: copy, preferLocal: true, localDir: copy });
  for (const file of await readdir(path.join(copy, workflows))) {
    // act does not know yet that runs may queue.
    await edit(copy, `${workflows}/${file}`, (text) => text.replace(/^ +queue: max\n/m, ''));
  }
  await edit(copy, `${workflows}/image.yml`, (text) => {
    cosignAction = /uses: (sigstore\/\S+)/.exec(text)?.[1] ?? '';
    return text.replaceAll('ghcr.io/', `${registry.address}/`);
  });
  const nothing = "name: cosign\nruns: { using: composite, steps: [{ run: 'true', shell: bash }] }\n";
  await writeFile(path.join(folder, 'action.yml'), nothing);
  await mkdir(path.join(folder, 'bin'));
  await writeFile(path.join(folder, 'bin/gh'), '#!/bin/sh\necho "gh $* of $GH_REPO"\n', { mode: 0o755 });
  const cosign = path.join(await fetchPrograms('cosign'), 'cosign');
  await execa(cosign, ['generate-key-pair'], { cwd: folder, env: { COSIGN_PASSWORD: password } });
  await initialise(copy);
  await commitAll(copy, 'all');
});

afterAll(async () => {
  const lines = await docker(['image', 'ls', '--digests', '--format', '{{.Repository}}@{{.Digest}}']);
  for (const image of new Set(lines.split('\n').filter((line) => line.startsWith(registry.address)))) {
    await docker(['image', 'rm', '--no-prune', image]);
  }
  await registry.stop();
  await removeCopy(copy);
  await rm(folder, { recursive: true });
});

/** Starts a workflow by hand, as on the Actions page. */
async function dispatch(workflow: string, inputs: Readonly<Record<string, string>>): Promise<PysanResult> {
  const bin = `${path.join(folder, 'bin')}:${await fetchPrograms('cosign')}`;
  const args = [
    ...Object.entries(inputs).map(([name, value]) => `--input=${name}=${value}`),
    `--local-repository=${cosignAction}=${folder}`,
    '--secret=GITHUB_TOKEN=the-token-of-the-workflow',
    `--env=COSIGN_KEY=${path.join(folder, 'cosign.key')}`,
    `--env=COSIGN_PASSWORD=${password}`,
  ];
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  return runAct({ copy, folder, event: 'workflow_dispatch', workflow, args, env });
}

const coordinatorStarted = /\| gh workflow run python_version_check\.yml --ref=main of Acme\/pysan$/m;

it('stops before it builds what the coordinator did not ask for, and starts the coordinator all the same', async () => {
  const inputs = { python_version: '3.13.5t', build_id: 'b0123456789ab' };
  const { exitCode, output } = await dispatch('docker_image_small_cpython_tsan.yml', inputs);
  expect(exitCode).toBe(1);
  expect(output).toMatch(/small-cpython-tsan cannot be built now: the request expects b0123456789ab/);
  expect(output).not.toMatch(/Run Main Publish/);
  expect(output).toMatch(coordinatorStarted);
});

it('stops where the parent is missing, and says which workflow makes it', async () => {
  const inputs = { python_version: '3.13.5t', numpy_version: '2.4.6' };
  const { exitCode, output } = await dispatch('docker_image_small_numpy_tsan.yml', inputs);
  expect(exitCode).toBe(1);
  expect(output).toMatch(
    /cannot be built now: small-toolchain \(b\w+\) is not published\. Run docker_image_small_toolchain\.yml first/,
  );
  expect(output).not.toMatch(/Run Main Publish/);
  expect(output).toMatch(coordinatorStarted);
});

it.each([
  { image: 'small-toolchain', inputs: {} },
  { image: 'small-cpython', inputs: { python_version: '3.13.5t' } },
  { image: 'small-cpython-tsan', inputs: { python_version: '3.13.5t' } },
])('publishes $image on what is published, and says so in its summary', async ({ image, inputs }) => {
  const workflow = `docker_image_${image.replaceAll('-', '_')}.yml`;
  const { exitCode, output } = await dispatch(workflow, inputs);
  expect(exitCode === 0 ? '' : output).toBe('');
  expect(output).toContain(`published ${registry.address}/acme/${image}@sha256:`);
  expect(output).toMatch(new RegExp(`Summary - +127\\.0\\.0\\.1:\\d+/acme/${image}:\\S*b[0-9a-f]{12}`));
  expect(output).not.toContain('Nx Run Report');
  expect(output).toMatch(coordinatorStarted);
});

it('moves the public tags of what it published', async () => {
  const tags = await fetch(`http://${registry.address}/v2/acme/small-cpython-tsan/tags/list`);
  expect(((await tags.json()) as { tags: string[] }).tags).toEqual(expect.arrayContaining(['3.13.5t', '3.13t']));
});

it('finds what the next image is built on from then on', async () => {
  const { output } = await dispatch('docker_image_small_numpy_tsan.yml', {
    python_version: '3.13.5t',
    numpy_version: '2.4.6',
    build_id: 'b0123456789ab',
  });
  expect(output).toMatch(/acme\/small-cpython-tsan:3\.13\.5t-b\w+ +there: sha256:/);
});
