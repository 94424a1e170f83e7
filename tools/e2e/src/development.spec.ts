/**
 * Development builds: CPython 3.13.5 and numpy 2.4.6 stand for the branches `main`, served by git on loopback, since
 * their contents do not matter. toolchain and cpython 3.13.5t must have been built.
 */
import { appendFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspectImage, runContainer, tagImage } from '@pysan/engine';
import { type LocalGitHub, startGitHub } from '@pysan/testing/github/local-github';
import { listReferrers } from '@pysan/registry';
import { reportType } from '@pysan/verification';
import { execa } from 'execa';

import { type GitServer, serveGit } from './git-server.ts';
import { digestOf, open, servePublishing, succeed } from './publishing.ts';
import { pysan, type PysanResult } from './pysan.ts';
import { removeReferences } from './references.ts';
import { startRegistry } from './registries.ts';
import { copyRepository, edit, removeCopy, shortenChecks } from './repository-copy.ts';
import { commit, exportSources, headOf } from './sources.ts';

const dev = '3.16t-dev';
const chain = ['cpython', 'cpython-tsan', 'numpy-tsan'];
const others = ['cpython-asan', 'numpy-asan', 'scipy-tsan'];

let sources: string;
let server: GitServer;
let copy: string | undefined;

beforeAll(async () => {
  sources = await exportSources();
  server = await serveGit(sources);
  copy = await copyRepository();
  for (const component of ['cpython', 'numpy']) {
    const address = JSON.stringify(`${server.url}/${component}`);
    await edit(copy, `versions/${component}/lock.json`, (text) => text.replace(/(?<="repository": )"[^"]*"/, address));
  }
});

afterAll(async () => {
  await server.close();
  await removeCopy(copy);
  await rm(sources, { recursive: true });
  for (const image of chain) {
    await tagImage(`${image}:3.13.5t`, `${image}:latest`);
    await removeReferences(`${image}:${dev}*`);
  }
});

function repositoryOf(component: string): string {
  return path.join(sources, component);
}

async function labelsOf(image: string): Promise<Readonly<Record<string, string>>> {
  return (await inspectImage(`${image}:${dev}`))?.labels ?? {};
}

/** The first time that git lists its branches, the branch moves on. */
function moveAfterFirstAnswer(component: string): void {
  server.onAnswer = async (asked) => {
    if (asked === `/${component}/git-upload-pack`) {
      server.onAnswer = () => undefined;
      await commit(repositoryOf(component), 'pushed meanwhile');
    }
  };
}

it('builds all images of a command at the same commits, though a branch moves meanwhile', async () => {
  const commits = { cpython: await headOf(repositoryOf('cpython')), numpy: await headOf(repositoryOf('numpy')) };
  moveAfterFirstAnswer('cpython');
  const args = ['nx', 'run', 'numpy-tsan:build', `--python=${dev}`, '--outputStyle=stream-without-prefixes'];
  const { exitCode, all } = await execa('npx', args, { cwd: String(copy), reject: false, all: true });
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  expect(await headOf(repositoryOf('cpython'))).not.toBe(commits.cpython);
  for (const image of chain) {
    expect(await labelsOf(image)).toMatchObject({
      'org.pysan.python': dev,
      'org.pysan.cpython.commit': commits.cpython,
    });
  }
  expect(await labelsOf('numpy-tsan')).toMatchObject({ 'org.pysan.numpy.commit': commits.numpy });
  expect(await inspectImage('numpy-tsan:3.16t')).toBeUndefined();
  await execa('git', ['reset', '--quiet', '--hard', commits.cpython], { cwd: repositoryOf('cpython') });

  const command = ['cat', '/etc/pysan/passport.json'];
  const { stdout } = await runContainer({ image: `numpy-tsan:${dev}`, command, network: 'none' });
  expect(JSON.parse(stdout)).toMatchObject({
    python: { tag: dev, flavour: 'free-threaded' },
    numpy: { version: '2.4.6' },
    sources: expect.arrayContaining([
      expect.objectContaining({ name: 'cpython', commit: commits.cpython, pinned: false }),
      expect.objectContaining({ name: 'numpy', commit: commits.numpy, pinned: false }),
    ]),
  });
  const record = await readFile(path.join(String(copy), `dist/images/numpy-tsan/${dev}/build.json`), 'utf8');
  expect(JSON.parse(record)).toMatchObject({
    reference: expect.stringMatching(/^numpy-tsan:3\.16t-dev-b[0-9a-f]{12}$/),
    inputs: { releases: expect.arrayContaining([expect.objectContaining({ commit: commits.numpy })]) },
  });
});

it('builds again what a moved branch renames, and nothing else', async () => {
  const before = await inspectImage(`numpy-tsan:${dev}`);
  const moved = await commit(repositoryOf('numpy'), 'moved');
  const { exitCode, output } = await pysan(['build', 'numpy-tsan', '--python', dev], copy);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(/^cpython-tsan:3\.16t-dev-b\S+ is up to date$/m);
  expect(await labelsOf('numpy-tsan')).toMatchObject({ 'org.pysan.numpy.commit': moved });
  expect((await inspectImage(`numpy-tsan:${dev}`))?.id).not.toBe(before?.id);
});

it('would publish each image once, all at the same commits, and says what it cannot tell', async () => {
  const registry = await startRegistry();
  await edit(String(copy), 'versions/scipy/lock.json', (text) =>
    text.replace(/(?<="repository": )"[^"]*"/, '"http://127.0.0.1:1/scipy"'),
  );
  const head = (await headOf(repositoryOf('cpython'))).slice(0, 12);
  const { exitCode, output } = await pysan(['develop', '--to', `${registry.address}/acme`], copy);
  await registry.stop();
  expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
  const [would, problems] = output.split('Somebody must look at this:');
  for (const image of [...chain, 'cpython-asan', 'numpy-asan']) {
    expect(would).toMatch(new RegExp(`^== ${image}:${dev} at cpython ${head}(, numpy [0-9a-f]{12})?$`, 'm'));
    expect(would?.match(new RegExp(`^${registry.address}/acme/${image}:${dev}-\\S+$`, 'gm'))).toHaveLength(1);
  }
  expect(problems).toMatch(/^ {2}- scipy-tsan:3\.16t-dev is unknown: .*127\.0\.0\.1:1\/scipy/m);
  expect(problems).toMatch(/^ {2}- toolchain:3\.15t-dev is unknown: .*waiting for it: cpython, .*scipy-tsan\)$/m);
});

describe('publishes by itself', () => {
  const served = servePublishing();
  let gitHub: LocalGitHub;

  beforeAll(async () => {
    await shortenChecks(String(copy));
    // A fork may have less to build: here what is built already.
    await Promise.all(others.map((image) => rm(path.join(String(copy), 'images', image), { recursive: true })));
    await edit(String(copy), 'versions/cpython/lock.json', (text) => {
      const lock = JSON.parse(text) as { readonly channels: readonly { readonly tag: string }[] };
      return JSON.stringify({ ...lock, channels: lock.channels.filter(({ tag }) => tag === dev) });
    });
    gitHub = await startGitHub({ repository: 'acme/pysan', tokens: ['ghs_dev'], workflows: {}, start: Date.now() });
    Object.assign(process.env, {
      GITHUB_API_URL: gitHub.origin,
      GITHUB_REPOSITORY: 'acme/pysan',
      GITHUB_TOKEN: 'ghs_dev',
    });
  });

  afterAll(() => gitHub.stop());

  function develop(): Promise<PysanResult> {
    return pysan(['develop', '--to', `${served.proxy.host}/acme`, '--apply'], copy);
  }

  function publishedDigests(): Promise<(string | undefined)[]> {
    return Promise.all(chain.map((image) => digestOf(served, `acme/${image}`, dev)));
  }

  it('each image once it is proven', async () => {
    await succeed(develop());
    for (const [index, digest] of (await publishedDigests()).entries()) {
      const attached = await listReferrers(open(served, `acme/${chain[index]}`), digest ?? '');
      expect(attached.map(({ artifactType }) => artifactType)).toContain(reportType);
    }
    expect(gitHub.issues).toEqual([]);
  });

  it('but what does not compile: its tags stay, the compiler is quoted, and an issue names the commit', async () => {
    const [before, here] = [await publishedDigests(), await inspectImage(`numpy-tsan:${dev}`)];
    const header = path.join(repositoryOf('numpy'), 'numpy/_core/include/numpy/npy_common.h');
    await appendFile(header, '\n#error broken on purpose\n');
    const broken = await commit(repositoryOf('numpy'), 'broken');
    const { exitCode, output } = await develop();
    expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
    expect(output).toMatch(/npy_common\.h:\d+:2: error: broken on purpose/);
    expect(await publishedDigests()).toEqual(before);
    expect(await inspectImage(`numpy-tsan:${dev}`)).toMatchObject({ id: here?.id });
    expect(gitHub.issues).toMatchObject([
      { state: 'open', title: `numpy-tsan ${dev} fails to build`, body: expect.stringContaining(`- numpy: ${broken}`) },
    ]);
  });

  it('what compiles again, and closes the issue', async () => {
    await execa('git', ['reset', '--quiet', '--hard', 'HEAD~1'], { cwd: repositoryOf('numpy') });
    const before = await publishedDigests();
    await succeed(develop());
    expect(await publishedDigests()).toEqual(before);
    expect(gitHub.issues).toMatchObject([{ state: 'closed' }]);
  });
});

it.each([
  { numpy: 'absent', status: 2, message: /"absent" is neither a release of numpy .* nor a branch of http/ },
  { numpy: '2.4.x', status: 2, message: /"2\.4\.x" is neither a release of numpy .* nor a branch of http/ },
])('refuses --numpy $numpy, which is no branch', async ({ numpy, status, message }) => {
  const { exitCode, output } = await pysan(['build', 'numpy-tsan', '--python', '3.13.5t', '--numpy', numpy], copy);
  expect({ exitCode, output }).toEqual({ exitCode: status, output: expect.stringMatching(message) });
});

it('says which host cannot be reached', async () => {
  await edit(String(copy), 'versions/numpy/lock.json', (text) =>
    text.replace(/(?<="repository": )"[^"]*"/, '"http://127.0.0.1:1/numpy"'),
  );
  const { exitCode, output } = await pysan(['build', 'numpy-tsan', '--python', '3.13.5t', '--numpy', 'main'], copy);
  expect({ exitCode, output }).toEqual({
    exitCode: 1,
    output: expect.stringMatching(/main in http:\/\/127\.0\.0\.1:1\/numpy/),
  });
  expect(output).not.toMatch(/^\s+at /m);
});
