/** Publishing to a real registry without referrers API, as GHCR has none. The chain of numpy-tsan 3.13.5t must have been built. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { docker, inspectImage, removeTag, runContainer, tagImage } from '@pysan/engine';
import { execa } from 'execa';

import { fetchPrograms } from './debian-programs.ts';
import { type Asked, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type PysanAnswer, pysan, root } from './pysan.ts';
import { type Registry, startRegistry } from './registries.ts';

const python = '3.13.5t';
const before = { ...process.env };

let folder: string;
let registry: Registry;
/** Before the registry: it counts requests, and cuts. */
let proxy: FaultProxy;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pysan-publish-'));
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.address);
  process.env['PATH'] = `${await fetchPrograms('cosign')}:${before['PATH'] ?? ''}`;
  process.env['COSIGN_PASSWORD'] = 'not for anybody else';
  await execa('cosign', ['generate-key-pair'], { cwd: folder });
  process.env['COSIGN_KEY'] = path.join(folder, 'cosign.key');
});

afterAll(async () => {
  process.env = { ...before };
  for (const image of await namesBelow(registry.address, proxy.host)) {
    // With its last tag an image loses the name by its digest as well: then there is none to take away.
    await removeTag(image);
  }
  proxy.stop();
  await registry.stop();
  await rm(folder, { recursive: true });
});

/** By tag and by digest: what was pulled has one or the other, and a push that was killed leaves its tag. */
async function namesBelow(...hosts: readonly string[]): Promise<string[]> {
  const format = '{{.Repository}}:{{.Tag}}\n{{.Repository}}@{{.Digest}}';
  const lines = (await docker(['image', 'ls', '--digests', '--format', format])).split('\n');
  const names = lines.filter((line) => !line.endsWith('<none>') && hosts.some((host) => line.startsWith(host)));
  return [...new Set(names)];
}

function publish(image: string, namespace: string, ...more: readonly string[]): Promise<PysanAnswer> {
  return pysan(['publish', image, '--python', python, '--to', `${proxy.host}/${namespace}`, ...more]);
}

/** Tags of a repository, but for those that attachments and signatures are found by. */
async function tagsOf(repository: string): Promise<string[]> {
  const answer = await fetch(`http://${registry.address}/v2/${repository}/tags/list`);
  const { tags } = (await answer.json()) as { tags?: string[] };
  return (tags ?? []).filter((tag) => !tag.startsWith('sha256-')).toSorted();
}

async function digestOf(repository: string, reference: string): Promise<string | null> {
  const accept = 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json';
  const url = `http://${registry.address}/v2/${repository}/manifests/${reference}`;
  return (await fetch(url, { method: 'HEAD', headers: { accept } })).headers.get('docker-content-digest');
}

async function ensureSkopeo(): Promise<void> {
  const { failed } = await execa('skopeo', ['--version'], { reject: false });
  if (failed) {
    await execa('sh', ['-c', 'apt-get update && apt-get install --yes --no-install-recommends skopeo']);
  }
}

async function buildTagOf(image: string): Promise<string> {
  const labels = (await inspectImage(`${image}:${python}`))?.labels ?? {};
  return `${python}-b${(labels['org.pysan.build-id'] ?? '').slice(0, 12)}`;
}

async function layersOf(repository: string): Promise<string[]> {
  const accept = 'application/vnd.docker.distribution.manifest.v2+json';
  const answer = await fetch(`http://${registry.address}/v2/${repository}/manifests/${python}`, {
    headers: { accept },
  });
  return ((await answer.json()) as { layers: { digest: string }[] }).layers.map(({ digest }) => digest);
}

const writes = ['POST', 'PUT', 'PATCH', 'DELETE'];

function isWrite({ method }: Asked): boolean {
  return writes.includes(method);
}

/** False for what the engine sends. */
function isOurs({ headers }: Asked): boolean {
  return !/docker/i.test(headers['user-agent'] ?? '');
}

describe('numpy-tsan', () => {
  it('is foretold, and nothing is written', async () => {
    const { exitCode, output } = await publish('numpy-tsan', 'acme');
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/3\.13t +new[^]*Nothing was changed: --apply does it/),
    });
    expect(proxy.asked.filter(isWrite)).toEqual([]);
  });

  it('is published with the chain below it, each image proven and signed', async () => {
    const { exitCode, output } = await publish('numpy-tsan', 'acme', '--apply');
    expect(exitCode === 0 ? '' : output).toBe('');
    expect(await tagsOf('acme/numpy-tsan')).toEqual(
      [python, await buildTagOf('numpy-tsan'), '3.13.5t-numpy2.4.6', '3.13t'].toSorted(),
    );
    expect(await tagsOf('acme/cpython')).toEqual([python, await buildTagOf('cpython'), '3.13t'].toSorted());
    const digests = await Promise.all((await tagsOf('acme/numpy-tsan')).map((tag) => digestOf('acme/numpy-tsan', tag)));
    expect(new Set(digests).size).toBe(1);
  });

  it('sends only its own layers over a parent that is there', async () => {
    const [own, parent] = await Promise.all(['numpy-tsan', 'cpython-tsan'].map((image) => layersOf(`acme/${image}`)));
    const added = own?.filter((layer) => parent?.includes(layer) !== true) ?? [];
    const uploads = proxy.asked.filter(
      (it) => it.method === 'PUT' && it.path.startsWith('/v2/acme/numpy-tsan/blobs/uploads/') && !isOurs(it),
    );
    // And the config.
    expect(uploads).toHaveLength(added.length + 1);
  });

  it('sends no blob when nothing has changed', async () => {
    proxy.asked.length = 0;
    const { exitCode, output } = await publish('numpy-tsan', 'acme', '--apply');
    expect(exitCode === 0 ? '' : output).toBe('');
    expect(proxy.asked.filter(isWrite)).toEqual([]);
  });

  it.each(['tag', 'digest'])('is pulled by its %s and finds a race', async (by) => {
    const digest = await digestOf('acme/numpy-tsan', python);
    const reference = `${registry.address}/acme/numpy-tsan${by === 'tag' ? `:${python}` : `@${digest ?? ''}`}`;
    await docker(['pull', '--quiet', reference]);
    const program = [
      'import numpy as np, threading',
      'a = np.ones(20000)',
      'threads = [threading.Thread(target=lambda: [np.add(a, 1, out=a) for _ in range(500)]) for _ in range(4)]',
      '[t.start() for t in threads]; [t.join() for t in threads]',
    ].join('\n');
    // The first report ends it: a loop that races on every element goes on for many minutes.
    const env = { TSAN_OPTIONS: 'halt_on_error=1' };
    const { stderr } = await runContainer({
      image: reference,
      command: ['python', '-c', program],
      env,
      network: 'none',
    });
    expect(stderr).toMatch(/WARNING: ThreadSanitizer: data race/);
    expect(stderr).toMatch(/DOUBLE_add/);
  });

  it('is copied by a stock client, which checks every digest', async () => {
    await ensureSkopeo();
    const archive = path.join(folder, 'numpy-tsan.tar');
    const source = `docker://${registry.address}/acme/toolchain:llvm21`;
    await execa('skopeo', ['copy', '--quiet', '--src-tls-verify=false', source, `oci-archive:${archive}`]);
  });
});

describe('published parents', () => {
  it('are pulled, not compiled', async () => {
    const tag = await buildTagOf('cpython');
    await removeTag(`cpython:${tag}`);
    try {
      const { exitCode, output } = await pysan([
        'build',
        'cpython-tsan',
        '--python',
        python,
        '--parents',
        `${registry.address}/acme`,
      ]);
      expect(exitCode === 0 ? '' : output).toBe('');
      expect(output).toMatch(/^pulling .*\/acme\/cpython@sha256:/m);
    } finally {
      await tagImage(`cpython:${python}`, `cpython:${tag}`);
    }
  });

  it('are not taken when somebody else signed them', async () => {
    const other = path.join(folder, 'other');
    await execa('sh', ['-c', 'mkdir "$1" && cd "$1" && cosign generate-key-pair', 'sh', other]);
    const tag = await buildTagOf('cpython');
    await removeTag(`cpython:${tag}`);
    process.env['COSIGN_PUBLIC_KEY'] = path.join(other, 'cosign.pub');
    try {
      const { exitCode, output } = await pysan([
        'build',
        'cpython-tsan',
        '--python',
        python,
        '--parents',
        `${registry.address}/acme`,
      ]);
      expect({ exitCode, output }).toEqual({
        exitCode: 1,
        output: expect.stringMatching(/is not taken: no signature of it fits/),
      });
    } finally {
      delete process.env['COSIGN_PUBLIC_KEY'];
      await tagImage(`cpython:${python}`, `cpython:${tag}`);
    }
  });
});

describe('what must not be published', () => {
  it('is a bootstrapped base, elsewhere than on this machine', async () => {
    const words = ['publish', 'toolchain', '--to', 'registry.example.org/acme', '--apply'];
    const { exitCode, output } = await pysan(words);
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/cannot be published: its base was bootstrapped/),
    });
  });

  it('is an image that fails its verification: it stays under its own tag, with its report', async () => {
    const tag = (await inspectImage('toolchain:latest'))?.repoTags.find((it) => /^toolchain:b/.test(it)) ?? '';
    const good = (await inspectImage(tag))?.id ?? '';
    await execa('docker', ['build', '--quiet', '--tag', tag, '-'], {
      input: `FROM ${tag}\nRUN rm -f "$(command -v llvm-symbolizer)"\n`,
    });
    try {
      const { exitCode, output } = await publish('toolchain', 'spoiled', '--apply');
      expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringMatching(/no public tag was touched/) });
      expect(await tagsOf('spoiled/toolchain')).toEqual([tag.replace('toolchain:', '')]);
      expect(await digestOf('spoiled/toolchain', 'llvm21')).toBeNull();
    } finally {
      await tagImage(good, tag);
    }
  });
});

describe('a publication that is killed', () => {
  it('goes on wherever it was, and no public tag names what is not proven', async () => {
    const steps = await countSteps();
    // Report, passport, bill of materials, provenance and promotion, each with its list; image, signature and tag.
    expect(steps).toBeGreaterThanOrEqual(13);
    for (let step = 1; step <= steps; step += 1) {
      await killAt(step, `killed${step}`);
      await expectSound(`killed${step}`);
      const { exitCode, all } = await start(`killed${step}`);
      expect({ step, said: exitCode === 0 ? '' : all }).toEqual({ step, said: '' });
      expect(await tagsOf(`killed${step}/toolchain`)).toHaveLength(2);
    }
  });

  function start(namespace: string) {
    const words = [path.join(import.meta.dirname, 'publish-toolchain.ts'), `${proxy.host}/${namespace}`];
    return execa('node', words, { cwd: root, reject: false, stdin: 'ignore', detached: true, all: true });
  }

  /** A registry changes what others see when it is given a manifest. */
  function isStep({ method, path: asked }: Asked): boolean {
    return method === 'PUT' && asked.includes('/manifests/');
  }

  async function countSteps(): Promise<number> {
    proxy.asked.length = 0;
    await start('counted');
    return proxy.asked.filter(isStep).length;
  }

  async function killAt(step: number, namespace: string): Promise<void> {
    const child = start(namespace);
    let seen = 0;
    proxy.inject = (asked) => {
      seen += isStep(asked) ? 1 : 0;
      return seen === step && isStep(asked)
        ? { before: () => Promise.resolve(process.kill(-(child.pid ?? 0), 'SIGKILL')) }
        : undefined;
    };
    await child;
    proxy.inject = () => undefined;
  }

  /** A public tag that is there names an image with a passing report. */
  async function expectSound(namespace: string): Promise<void> {
    const digest = await digestOf(`${namespace}/toolchain`, 'llvm21');
    if (digest !== null) {
      const index = 'application/vnd.oci.image.index.v1+json';
      const url = `http://${registry.address}/v2/${namespace}/toolchain/manifests/${digest.replace(':', '-')}`;
      const list = await fetch(url, { headers: { accept: index } });
      expect(await list.text()).toContain('application/vnd.pysan.report.v1+json');
    }
  }
});
