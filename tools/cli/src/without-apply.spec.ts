/** What commands that change nothing do on machines without an engine, and on one that has nothing yet. */
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type EngineState, type Machine, makeMachine } from '@pysan/testing/machine';
import { type MemoryRegistry, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { execa } from 'execa';

import { root } from './root.ts';

let machine: Machine;
let registry: MemoryRegistry;

beforeEach(async () => {
  registry = await startMemoryRegistry();
});

afterEach(async () => {
  registry.stop();
  await machine.remove();
});

const main = path.join(root, 'tools/cli/src/main.ts');

async function pysan(command: string): Promise<string> {
  return (await run(command)).output;
}

async function run(command: string): Promise<{ output: string; exitCode: number | undefined }> {
  const modules = path.join(root, 'node_modules');
  const launcher = { NODE_COMPILE_CACHE: path.join(modules, '.cache/node-compile') };
  const env = { ...machine.env, ...launcher, PATH: `${machine.env['PATH'] ?? ''}:${path.join(modules, '.bin')}` };
  const args = command.replaceAll('REGISTRY', registry.host).split(' ');
  const options = { env, extendEnv: false, reject: false, all: true, cwd: root } as const;
  const { all, exitCode } = await execa(process.execPath, ['--no-warnings', main, ...args], options);
  return { output: all, exitCode };
}

it('plan ends with 1 where the registry cannot be reached, after it has said what it can', async () => {
  machine = await makeMachine('runs');
  registry.stop();
  const { exitCode, output } = await run('plan --from REGISTRY/acme');
  expect(output).toMatch(/toolchain +unknown/);
  expect(output).toMatch(/pysan: \d+ of \d+ builds on 127\.0\.0\.1:\d+ could not be read: .*cannot be reached/);
  expect(exitCode).toBe(1);
}, 60_000);

const looks = /^docker (?:version|context show|image ls|image inspect|info|buildx version)\b/;

it.each<[engine: EngineState, command: string, says: RegExp]>([
  ['absent', 'publish toolchain --to REGISTRY/acme', /base image of builds is not known/],
  ['absent', 'verified toolchain', /base image of builds is not known/],
  ['absent', 'plan', /No container engine is installed: everything is missing/],
  ['absent', 'sbom toolchain', /No container engine/],
  ['absent', 'doctor', /engine +none runs/],
  ['stopped', 'publish toolchain --to REGISTRY/acme', /base image of builds is not known/],
  ['stopped', 'verified toolchain', /base image of builds is not known/],
  ['stopped', 'ready toolchain --to REGISTRY/acme', /base image of builds is not known/],
  ['stopped', 'sbom toolchain', /No container engine/],
  ['runs', 'publish toolchain --to REGISTRY/acme', /is nowhere: built here, pushed and signed[^]*Nothing was/],
  ['runs', 'verified toolchain', /not verified/],
  ['runs', 'ready toolchain --to REGISTRY/acme', /toolchain/],
  ['runs', 'plan', /toolchain +to-build/],
  ['runs', 'why REGISTRY/acme/toolchain:latest', /There is no/],
  ['runs', 'images --from REGISTRY/acme', /0 images/],
  ['absent', 'baseline REGISTRY/acme/numpy-tsan:3.14t', /acme\/numpy-tsan has no 3\.14t\. Publish it first/],
  ['runs', 'baseline REGISTRY/acme/toolchain:latest', /so there are no upstream tests to run/],
  ['runs', 'diff REGISTRY/acme/numpy-tsan:3.14t REGISTRY/acme/numpy-tsan:3.13t', /There is no/],
  ['runs', 'why REGISTRY/acme/numpy-tsan:3.14t --baseline', /There is no/],
])(
  'docker %s: %s looks, and changes nothing',
  async (engine, command, says) => {
    machine = await makeMachine(engine);
    expect(await pysan(command)).toMatch(says);
    expect((await machine.asked()).filter((line) => !looks.test(line))).toEqual([]);
    expect(await machine.written()).toEqual([]);
    expect(registry.asked.filter((line) => !/^(?:GET|HEAD) /.test(line))).toEqual([]);
  },
  60_000,
);
