import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ConfigError } from '@pysan/model';
import { createWorld, type World } from '@pysan/testing/upstreams';

import { makeResolution, type ResolutionWorld } from './make-resolution.ts';
import { readResolution, writeResolution } from './resolved.ts';

let upstreams: World;
/** Each branch that was asked for, and each look for the base. */
let asked: string[];
let world: ResolutionWorld;

const chain = [
  ['toolchain', undefined, ['debian']],
  ['cpython', 'toolchain', ['cpython']],
  ['numpy-tsan', 'cpython', ['numpy']],
  ['scipy-tsan', 'numpy-tsan', ['scipy']],
] as const;

beforeEach(async () => {
  [upstreams, asked] = [await createWorld(), []];
  const { root, sites } = upstreams;
  for (const [name, parent, components] of chain) {
    const dependencies = [...(parent === undefined ? [] : [parent]), ...components.map((it) => `versions-${it}`)];
    const pysan = { sanitizer: null, tracks: [], workflow: 'docker_image_any.yml' };
    const project = { name, implicitDependencies: dependencies, metadata: { pysan } };
    await mkdir(path.join(root, 'images', name), { recursive: true });
    await writeFile(path.join(root, 'images', name, 'project.json'), JSON.stringify(project));
    await writeFile(path.join(root, 'images', name, 'Dockerfile'), 'ARG base_image=x\nFROM ${base_image}\n');
  }
  await writeFile(path.join(root, '.dockerignore'), '');
  const { rm } = await import('node:fs/promises');
  await rm(path.join(root, 'images/everything-tsan'), { recursive: true });
  const findCommit: typeof sites.findCommit = (repository, branch) => {
    asked.push(`${repository} ${branch}`);
    return sites.findCommit(repository, branch);
  };
  const findBase: ResolutionWorld['findBase'] = () => {
    asked.push('base');
    return Promise.resolve({ reference: 'pysan-base:trixie', identity: 'sha256:base' });
  };
  world = { root, folder: root, sites: { ...sites, findCommit }, findBase };
});

afterEach(() => upstreams.stop());

const request = { python: '3.14.11t', numpy: '2.5.5', scipy: 'main', locked: false };

it('asks each upstream once for an unlocked CPython, an unlocked numpy and a branch, and names four builds', async () => {
  const resolved = await makeResolution(world, ['scipy-tsan'], request);
  expect(resolved.builds.map(({ image }) => image.name)).toEqual(chain.map(([name]) => name));
  expect(resolved.releases.filter(({ locked }) => !locked).map(({ component }) => component)).toEqual([
    'cpython',
    'numpy',
    'scipy',
  ]);
  expect(asked).toEqual(['https://github.com/scipy/scipy main', 'base']);
  for (const { asked: requests } of Object.values(upstreams.servers)) {
    const urls = requests.map(({ method, url }) => `${method} ${url}`);
    expect(urls).toEqual([...new Set(urls)]);
  }
  const requests = Object.entries(upstreams.servers).map(([name, server]) => [name, server.asked.length > 0]);
  expect(Object.fromEntries(requests)).toMatchObject({ pythonOrg: true, packageIndex: true, gitHub: false });
});

it('is read back as it was made, and refused when it was changed or cut short', async () => {
  const { root } = upstreams;
  const resolved = await makeResolution(world, ['scipy-tsan'], request);
  const file = await writeResolution(root, resolved);
  expect(file).toMatch(/^dist\/plans\/[0-9a-f]{64}\.json$/);
  expect(await readResolution(root, file)).toEqual(JSON.parse(JSON.stringify(resolved)));
  expect(await writeResolution(root, resolved)).toBe(file);
  await writeFile(path.join(root, file), (await readFile(path.join(root, file), 'utf8')).slice(0, 100));
  await expect(readResolution(root, file)).rejects.toThrow(ConfigError);
  await expect(readResolution(root, 'dist/plans/absent.json')).rejects.toThrow(/cannot be read/);
});

it('takes as asked for what no other image of the request is built on', async () => {
  const { names, builds } = await makeResolution(world, ['toolchain', 'numpy-tsan', 'cpython'], {
    python: '3.13t',
    locked: true,
  });
  expect([names, builds.length]).toEqual([['numpy-tsan'], 3]);
});
