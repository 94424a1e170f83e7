/** The whole circle of a real image, in a registry without referrers API, as GHCR has none, and in one with it. The chain of numpy-tsan 3.13.5t must have been built. */
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { docker, removeTag, runContainer } from '@pysan/engine';
import { inputsOf, pushImage, requireImage } from '@pysan/testing/images';
import { headManifest } from '@pysan/registry';
import { execa } from 'execa';

import {
  buildTagOf,
  digestOf,
  isOfEngine,
  isWrite,
  makeKey,
  open,
  publish,
  python,
  servePublishing,
  succeed,
  tagsOf,
  trusting,
} from './publishing.ts';
import { pysan } from './pysan.ts';
import { referencesOf } from './references.ts';
import { registryKinds } from './registries.ts';
import { copyRepository, edit, removeCopy, shortenChecks } from './repository-copy.ts';

async function ensureSkopeo(): Promise<void> {
  const { failed } = await execa('skopeo', ['--version'], { reject: false });
  if (failed) {
    await execa('sh', ['-c', 'apt-get update && apt-get install --yes --no-install-recommends skopeo']);
  }
}

async function expectRace(image: string): Promise<void> {
  const program = [
    'import numpy as np, threading',
    'a = np.ones(20000)',
    'threads = [threading.Thread(target=lambda: [np.add(a, 1, out=a) for _ in range(500)]) for _ in range(4)]',
    '[t.start() for t in threads]; [t.join() for t in threads]',
  ].join('\n');
  // The first report ends it: a loop that races on every element goes on for many minutes.
  const env = { TSAN_OPTIONS: 'halt_on_error=1' };
  const { stderr } = await runContainer({ image, command: ['python', '-c', program], env, network: 'none' });
  expect(stderr).toMatch(/WARNING: ThreadSanitizer: data race/);
  expect(stderr).toMatch(/DOUBLE_add/);
}

describe.each(registryKinds)('numpy-tsan, in a registry: %s', (kind) => {
  const served = servePublishing(kind);
  const name = 'acme/numpy-tsan';
  const moving = [python, '3.13.5t-numpy2.4.6', '3.13t'];
  /** Where commands are run: a copy of this repository with fewer checks. */
  let home: string;
  /** The same with a comment more in the recipe, which makes another build of the same. */
  let copy: string;
  let before: readonly string[];
  let [first, second] = ['', ''];
  let [firstTag, secondTag] = ['', ''];

  beforeAll(async () => {
    before = await referencesOf('numpy-tsan');
    firstTag = await buildTagOf('numpy-tsan');
    [home, copy] = [await copyRepository(), await copyRepository()];
    await Promise.all([home, copy].map(shortenChecks));
    await edit(copy, 'images/numpy-tsan/Dockerfile', (text) => text.replace(/\nARG build_id=\n/, '\n# Once more.$&'));
  });

  afterAll(async () => {
    await Promise.all([home, copy].map(removeCopy));
    const made = (await referencesOf('numpy-tsan')).filter((it) => !before.includes(it));
    await Promise.all(made.map(removeTag));
  });

  function reference(tagOrDigest: string): string {
    return `${served.registry.address}/${name}${tagOrDigest.startsWith('sha256:') ? '@' : ':'}${tagOrDigest}`;
  }

  async function layersOf(image: string): Promise<string[]> {
    const manifest = await requireImage(open(served, `acme/${image}`), python);
    return (manifest.json.layers ?? []).map(({ digest }) => digest);
  }

  async function movingTags(): Promise<(string | undefined)[]> {
    return Promise.all(moving.map((tag) => digestOf(served, name, tag)));
  }

  it('is foretold, and nothing is written', async () => {
    served.proxy.asked.length = 0;
    expect(await succeed(publish(served, 'numpy-tsan', 'acme', { apply: false, cwd: home }))).toMatch(
      /3\.13t +new[^]*Nothing was changed: --apply does it/,
    );
    expect(served.proxy.asked.filter(isWrite)).toEqual([]);
  });

  it('is published with the chain below it, each image proven and signed', async () => {
    await succeed(publish(served, 'numpy-tsan', 'acme', { cwd: home }));
    expect(await tagsOf(served, name)).toEqual([firstTag, ...moving].toSorted());
    expect(await tagsOf(served, 'acme/cpython')).toEqual([python, await buildTagOf('cpython'), '3.13t'].toSorted());
    first = (await digestOf(served, name, firstTag)) ?? '';
    expect(await movingTags()).toEqual([first, first, first]);
  });

  it('sends only its own layers over a parent that is there', async () => {
    const [own, parent] = [await layersOf('numpy-tsan'), await layersOf('cpython-tsan')];
    const added = own.filter((layer) => !parent.includes(layer));
    const uploads = served.proxy.asked.filter(
      (it) => it.method === 'PUT' && it.path.startsWith(`/v2/${name}/blobs/uploads/`) && isOfEngine(it),
    );
    // And the config.
    expect(uploads).toHaveLength(added.length + 1);
  });

  it('sends no blob when nothing has changed', async () => {
    served.proxy.asked.length = 0;
    await succeed(publish(served, 'numpy-tsan', 'acme', { cwd: home }));
    expect(served.proxy.asked.filter(isWrite)).toEqual([]);
  });

  it('is listed with its tags, digest, age, versions, size and proof', async () => {
    const listed = await succeed(pysan(['images', '--from', `${served.registry.address}/acme`], home));
    const row = listed.split('\n').find((line) => line.startsWith('numpy-tsan')) ?? '';
    expect(row.split(/ {2,}/)).toEqual([
      'numpy-tsan',
      first.slice(0, 'sha256:'.length + 12),
      expect.stringMatching(/^\d+ (h|days)$/),
      python,
      expect.stringMatching(/^3\d\d MB$/),
      'pass',
      moving.join(' '),
      expect.stringMatching(/llvm \S+.*numpy 2\.4\.6/),
    ]);
    expect(listed).toMatch(/^4 images, and 4 tags that name one build for ever$/m);
  });

  it('is told of: made of what, proven, signed by whom, in place of what, and fresh', async () => {
    const explanation = await succeed(pysan(['why', reference(python)], home));
    for (const line of [
      `digest   ${first}`,
      `tags     ${moving.join(' ')}`,
      /made {5}2\S+Z, \d+ (h|days) ago; 3\d\d MB as pulled/,
      `build    ${firstTag.replace(`${python}-`, '')} (`,
      / openblas \S+ sha256 \w{64}\n/,
      / numpy 2\.4\.6 sha256 \w{64}\n/,
      /parent {3}cpython-tsan b\w{12}\n/,
      /llvm {5}\S+/,
      /proven {3}pass, \d\d checks, 2\S+Z/,
      'signed   with a key, and a key names nobody',
      /trusted {2}yes, by the key \S+cosign\.pub/,
      /moves {4}2\S+Z publish: 3\.13\.5t was new/,
      'fresh    yes',
    ]) {
      expect(explanation).toMatch(line);
    }
  });

  it('is not trusted by whom another has signed for, and nobody guesses', async () => {
    const other = path.join(await makeKey(served.folder), 'cosign.pub');
    const why = () => succeed(pysan(['why', reference(python)], home));
    expect(await trusting(other, why)).toMatch(/trusted +no, not by the key \S+cosign\.pub: no signature of it fits/);
    expect(await trusting(path.join(served.folder, 'nothing.pub'), why)).toMatch(/trusted +unknown: /);
  });

  it('is replaced by the next build', async () => {
    try {
      await succeed(publish(served, 'numpy-tsan', 'acme', { cwd: copy }));
      secondTag = await buildTagOf('numpy-tsan');
    } finally {
      // The names that move go back to the build of this repository.
      await pysan(['build', 'numpy-tsan', '--python', python], home);
    }
    expect(await tagsOf(served, name)).toEqual([firstTag, secondTag, ...moving].toSorted());
    second = (await digestOf(served, name, secondTag)) ?? '';
    expect(await movingTags()).toEqual([second, second, second]);
    expect(await digestOf(served, name, firstTag)).toBe(first);
    const explanation = await succeed(pysan(['why', reference(python)], copy));
    expect(explanation).toMatch(new RegExp(`publish: 3\\.13t left ${first}\n[^]*fresh    yes`));
    expect(await succeed(pysan(['why', reference(python)], home))).toMatch(
      /fresh +no, to-build: input-changed: images\/numpy-tsan\/Dockerfile/,
    );
  });

  it('comes back by a rollback, under all tags that were moved together', async () => {
    await succeed(pysan(['rollback', reference('3.13t'), '--reason', 'it crashes', '--apply'], home));
    expect(await movingTags()).toEqual([first, first, first]);
    expect(await succeed(pysan(['why', reference(python)], home))).toContain(`rollback: 3.13t left ${second}`);
    expect(await succeed(pysan(['why', reference(second)], home))).toMatch(/tags +none\n[^]*on hold +it crashes/);
  });

  it('stays there when the build on hold is published again, until that is lifted', async () => {
    const held = await succeed(publish(served, 'numpy-tsan', 'acme', { cwd: copy }));
    expect(held).toMatch(/3\.13t +stays +sha256:\w+ is on hold: it crashes/);
    expect(await movingTags()).toEqual([first, first, first]);
    await succeed(pysan(['rollback', reference(second), '--lift', '--apply'], home));
    await succeed(publish(served, 'numpy-tsan', 'acme', { cwd: copy }));
    expect(await movingTags()).toEqual([second, second, second]);
  });

  it('loses nothing to a clean-up but a build that nobody has wanted for long', async () => {
    const tags = await tagsOf(served, name);
    const old = { inputs: inputsOf('1.0'), created: '2024-01-01T00:00:00Z', tags: [`${python}-b000000000000`] };
    const digest = await pushImage(open(served, name), old);
    const prune = ['prune', '--from', `${served.registry.address}/acme`];
    expect(await succeed(pysan(prune, home))).toMatch(/^1 of \d+ manifests would go$/m);
    expect(await succeed(pysan([...prune, '--apply'], home))).toMatch(/^1 removed$/m);
    expect(await headManifest(open(served, name), digest)).toBeUndefined();
    expect(await tagsOf(served, name)).toEqual(tags);
    expect(await succeed(pysan([...prune, '--apply'], home))).toMatch(/^nothing to remove$/m);
  });

  describe.each(['tag', 'digest'])('is pulled by its %s, and finds a race, by', (by) => {
    const asked = () => reference(by === 'tag' ? python : second);

    it('the engine', async () => {
      await docker(['pull', '--quiet', asked()]);
      await expectRace(asked());
    });

    it('skopeo', async () => {
      await ensureSkopeo();
      const [archive, copied] = [path.join(served.folder, 'numpy-tsan.tar'), `skopeo/numpy-tsan:${by}`];
      const words = ['copy', '--quiet', '--src-tls-verify=false', `docker://${asked()}`];
      await execa('skopeo', [...words, `docker-archive:${archive}:${copied}`]);
      await docker(['load', '--quiet', '--input', archive]);
      await expectRace(copied);
      await Promise.all([removeTag(copied), rm(archive)]);
    });
  });
});
