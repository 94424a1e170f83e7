/** Development builds of the small chain, from branches that git serves on loopback. */
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspectImage, runContainer } from '@pysan/engine';
import { type LocalGitHub, startGitHub } from '@pysan/testing/github/local-github';
import { listReferrers } from '@pysan/registry';
import { reportType } from '@pysan/verification';
import { execa } from 'execa';

import { type GitServer, serveGit } from './git-server.ts';
import { digestOf, open, servePublishing, succeed } from './publishing.ts';
import { pysan, type PysanResult } from './pysan.ts';
import { removeReferences } from './references.ts';
import { startRegistry } from './registries.ts';
import { edit } from './repository-copy.ts';
import { smallChain, useSmallChain } from './small-chain.ts';
import { commit, headOf, initialiseSources } from './sources.ts';

const dev = '3.16t-dev';
const image = 'small-numpy-tsan';
const chain = useSmallChain();

let sources: string;
let server: GitServer;

beforeAll(async () => {
  sources = await makeSources();
  server = await serveGit(sources);
  for (const component of ['cpython', 'numpy']) {
    const address = JSON.stringify(`${server.url}/${component}`);
    await edit(chain.folder, `versions/${component}/lock.json`, (text) =>
      text.replace(/(?<="repository": )"[^"]*"/, address),
    );
  }
});

afterAll(async () => {
  await server.close();
  await rm(sources, { recursive: true, maxRetries: 10 });
  for (const name of smallChain) {
    await removeReferences(`${name}:${dev}*`);
  }
});

/** A repository of each component, with what the small images take from it. */
async function makeSources(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-sources-'));
  await Promise.all(['cpython', 'numpy'].map((name) => mkdir(path.join(folder, name))));
  await writeFile(path.join(folder, 'cpython/README'), 'The small image takes nothing from here.\n');
  await copyFile(path.join(chain.folder, 'images', image, 'add.c'), path.join(folder, 'numpy/add.c'));
  await Promise.all(['cpython', 'numpy'].map((name) => initialiseSources(path.join(folder, name))));
  return folder;
}

function repositoryOf(component: string): string {
  return path.join(sources, component);
}

async function labelsOf(name: string): Promise<Readonly<Record<string, string>>> {
  return (await inspectImage(`${name}:${dev}`))?.labels ?? {};
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
  const args = ['nx', 'run', `${image}:build`, `--python=${dev}`, '--outputStyle=stream-without-prefixes'];
  const { exitCode, all } = await execa('npx', args, { cwd: chain.folder, reject: false, all: true });
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  expect(await headOf(repositoryOf('cpython'))).not.toBe(commits.cpython);
  for (const name of smallChain) {
    expect(await labelsOf(name)).toMatchObject({
      'org.pysan.python': dev,
      'org.pysan.cpython.commit': commits.cpython,
    });
  }
  expect(await labelsOf(image)).toMatchObject({ 'org.pysan.numpy.commit': commits.numpy });
  expect(await inspectImage(`${image}:3.16t`)).toBeUndefined();
  await execa('git', ['reset', '--quiet', '--hard', commits.cpython], { cwd: repositoryOf('cpython') });

  const command = ['cat', '/etc/pysan/passport.json'];
  const { stdout } = await runContainer({ image: `${image}:${dev}`, command, network: 'none' });
  expect(JSON.parse(stdout)).toMatchObject({
    python: { tag: dev },
    numpy: { version: commits.numpy },
    sources: expect.arrayContaining([
      expect.objectContaining({ name: 'cpython', commit: commits.cpython, pinned: false }),
      expect.objectContaining({ name: 'numpy', commit: commits.numpy, pinned: false }),
    ]),
  });
  const record = await readFile(path.join(chain.folder, `dist/images/${image}/${dev}/build.json`), 'utf8');
  expect(JSON.parse(record)).toMatchObject({
    reference: expect.stringMatching(/^small-numpy-tsan:3\.16t-dev-b[0-9a-f]{12}$/),
    inputs: { releases: expect.arrayContaining([expect.objectContaining({ commit: commits.numpy })]) },
  });
});

it('builds again what a moved branch renames, and nothing else', async () => {
  const before = await inspectImage(`${image}:${dev}`);
  const moved = await commit(repositoryOf('numpy'), 'moved');
  const { exitCode, output } = await pysan(['build', image, '--python', dev], chain.folder);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(/^small-cpython-tsan:3\.16t-dev-b\S+ is up to date$/m);
  expect(await labelsOf(image)).toMatchObject({ 'org.pysan.numpy.commit': moved });
  expect((await inspectImage(`${image}:${dev}`))?.id).not.toBe(before?.id);
});

it('would publish each image once, all at the same commits, and says what it cannot tell', async () => {
  const registry = await startRegistry();
  const head = (await headOf(repositoryOf('cpython'))).slice(0, 12);
  const { exitCode, output } = await pysan(['develop', '--to', `${registry.address}/acme`], chain.folder);
  await registry.stop();
  expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
  const [would, problems] = output.split('These need attention:');
  for (const name of smallChain) {
    expect(would).toMatch(new RegExp(`^== ${name}:${dev} at cpython ${head}(, numpy [0-9a-f]{12})?$`, 'm'));
    expect(would?.match(new RegExp(`^${registry.address}/acme/${name}:${dev}-\\S+$`, 'gm'))).toHaveLength(1);
  }
  expect(problems).toMatch(
    /^ {2}- small-cpython:3\.15t-dev is unknown: .*waiting for it: small-cpython-tsan, small-numpy-tsan\)$/m,
  );
});

describe('publishes by itself', () => {
  const served = servePublishing();
  let gitHub: LocalGitHub;

  beforeAll(async () => {
    await edit(chain.folder, 'versions/cpython/lock.json', (text) => {
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

  function develop(...options: string[]): Promise<PysanResult> {
    return pysan(['develop', '--to', `${served.proxy.host}/acme`, '--apply', ...options], chain.folder);
  }

  function publishedDigests(): Promise<(string | undefined)[]> {
    return Promise.all(smallChain.map((name) => digestOf(served, `acme/${name}`, dev)));
  }

  it('each image once it is proven', async () => {
    await succeed(develop());
    for (const [index, digest] of (await publishedDigests()).entries()) {
      const attached = await listReferrers(open(served, `acme/${smallChain[index]}`), digest ?? '');
      expect(attached.map(({ artifactType }) => artifactType)).toContain(reportType);
    }
    expect(gitHub.issues).toEqual([]);
  });

  it('but what does not compile: its tags stay, the compiler is quoted, and an issue names the commit', async () => {
    const [before, here] = [await publishedDigests(), await inspectImage(`${image}:${dev}`)];
    await appendFile(path.join(repositoryOf('numpy'), 'add.c'), '\n#error broken on purpose\n');
    const broken = await commit(repositoryOf('numpy'), 'broken');
    const { exitCode, output } = await develop();
    expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
    expect(output).toMatch(/add\.c:\d+:2: error: #error broken on purpose/);
    expect(await publishedDigests()).toEqual(before);
    expect(await inspectImage(`${image}:${dev}`)).toMatchObject({ id: here?.id });
    expect(gitHub.issues).toMatchObject([
      { state: 'open', title: `${image} ${dev} fails to build`, body: expect.stringContaining(`- numpy: ${broken}`) },
    ]);
  });

  it('what compiles again, and closes the issue', async () => {
    await execa('git', ['reset', '--quiet', '--hard', 'HEAD~1'], { cwd: repositoryOf('numpy') });
    const before = await publishedDigests();
    await succeed(develop());
    expect(await publishedDigests()).toEqual(before);
    expect(gitHub.issues).toMatchObject([{ state: 'closed' }]);
  });

  it('but what takes too long, which is stopped', async () => {
    const { exitCode, output } = await develop('--python', dev, '--minutes', '0.01');
    expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
    expect(output).toContain(`error: small-cpython:${dev} was stopped: it took more than 0.01 minutes`);
    expect(output).toMatch(
      /small-cpython:3\.16t-dev at .* failed \(waiting for it: small-cpython-tsan, small-numpy-tsan\)$/m,
    );
    expect(gitHub.issues.at(-1)).toMatchObject({ state: 'open', title: `small-cpython ${dev} fails to build` });
  });

  it('and, on a runner, says how much disk is left and removes what it does not need any more', async () => {
    const summary = path.join(served.folder, 'summary.md');
    const pruned = path.join(served.folder, 'pruned');
    // The build cache is other tests' as well: it is enough to see what would become of it.
    const { stdout: real } = await execa('sh', ['-c', 'command -v docker']);
    const docker = `#!/bin/sh\ncase $1 in builder) echo "$@" >>${pruned} ;; *) exec ${real} "$@" ;; esac\n`;
    await mkdir(path.join(served.folder, 'bin'));
    await writeFile(path.join(served.folder, 'bin/docker'), docker, { mode: 0o755 });
    const env = {
      PATH: `${path.join(served.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      GITHUB_STEP_SUMMARY: summary,
    };
    const args = ['develop', '--to', `${served.proxy.host}/acme`, '--apply', '--free-disk'];
    await succeed(pysan(args, chain.folder, env));
    const lines = (await readFile(summary, 'utf8')).split('\n').filter((line) => line !== '');
    expect(lines[0]).toMatch(/^\d+\.\d GB of \d+\.\d GB are free on the disk of the container engine\.$/);
    expect(lines.at(-1)).toMatch(
      /^small-numpy-tsan:3\.16t-dev at cpython \w{12}, numpy \w{12}: published\. \d+\.\d GB of/,
    );
    for (const name of smallChain) {
      expect(await inspectImage(`${name}:${dev}`)).toBeUndefined();
    }
    expect(await readFile(pruned, 'utf8')).toMatch(/^(builder prune --all --force\n)+$/);
    expect(gitHub.issues.filter(({ state }) => state === 'open')).toEqual([]);
  });
});

it.each([
  { numpy: 'absent', status: 2, message: /"absent" is not a release of numpy .*, nor a branch of http/ },
  { numpy: '2.4.x', status: 2, message: /"2\.4\.x" is not a release of numpy .*, nor a branch of http/ },
])('refuses --numpy $numpy, which is no branch', async ({ numpy, status, message }) => {
  const { exitCode, output } = await pysan(['build', image, '--python', '3.13.5t', '--numpy', numpy], chain.folder);
  expect({ exitCode, output }).toEqual({ exitCode: status, output: expect.stringMatching(message) });
});

it('says which host cannot be reached', async () => {
  await edit(chain.folder, 'versions/numpy/lock.json', (text) =>
    text.replace(/(?<="repository": )"[^"]*"/, '"http://127.0.0.1:1/numpy"'),
  );
  const { exitCode, output } = await pysan(['build', image, '--python', '3.13.5t', '--numpy', 'main'], chain.folder);
  expect({ exitCode, output }).toEqual({
    exitCode: 1,
    output: expect.stringMatching(/main in http:\/\/127\.0\.0\.1:1\/numpy/),
  });
  expect(output).not.toMatch(/^\s+at /m);
});
