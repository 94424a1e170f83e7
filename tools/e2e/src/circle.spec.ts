/** The whole circle of an image, in a registry without referrers API, as GHCR has none, and in one with it. */
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
  servePublishing,
  succeed,
  tagsOf,
  trusting,
} from './publishing.ts';
import { commitAll, initialise } from './act.ts';
import { pysan } from './pysan.ts';
import { referencesOf } from './references.ts';
import { realRegistryKinds } from './registries.ts';
import { edit, removeCopy } from './repository-copy.ts';
import { copySmallChain, python, useSmallChain } from './small-chain.ts';

async function ensureSkopeo(): Promise<void> {
  const { failed } = await execa('skopeo', ['--version'], { reject: false });
  if (failed) {
    await execa('sh', ['-c', 'apt-get update && apt-get install --yes --no-install-recommends skopeo']);
  }
}

async function expectRace(image: string): Promise<void> {
  const { stderr } = await runContainer({ image, command: ['add'], network: 'none' });
  expect(stderr).toMatch(/WARNING: ThreadSanitizer: data race[^]* add \S*add\.c/);
}

describe.each(realRegistryKinds)('an image and its chain, in a registry: %s', (kind) => {
  const served = servePublishing(kind);
  const chain = useSmallChain();
  const image = 'small-numpy-tsan';
  const name = `acme/${image}`;
  const moving = [python, '3.13.5t-numpy2.4.6', '3.13t'];
  /** The small chain with a comment more in the recipe, which makes another build of the same. */
  let copy: string;
  let before: readonly string[];
  let [first, second] = ['', ''];
  let [firstTag, secondTag] = ['', ''];

  beforeAll(async () => {
    before = await referencesOf(image);
    firstTag = await buildTagOf(image);
    copy = await copySmallChain();
    await edit(copy, `images/${image}/Dockerfile`, (text) => text.replace(/\nARG build_id=\n/, '\n# Once more.$&'));
    await initialise(copy);
    await commitAll(copy, 'the next build');
  });

  afterAll(async () => {
    await removeCopy(copy);
    const made = (await referencesOf(image)).filter((it) => !before.includes(it));
    await Promise.all(made.map(removeTag));
  });

  function reference(tagOrDigest: string): string {
    return `${served.registry.address}/${name}${tagOrDigest.startsWith('sha256:') ? '@' : ':'}${tagOrDigest}`;
  }

  async function layersOf(of: string): Promise<string[]> {
    const manifest = await requireImage(open(served, `acme/${of}`), python);
    return (manifest.json.layers ?? []).map(({ digest }) => digest);
  }

  async function movingTags(): Promise<(string | undefined)[]> {
    return Promise.all(moving.map((tag) => digestOf(served, name, tag)));
  }

  it('is foretold, and nothing is written', async () => {
    served.proxy.asked.length = 0;
    const words = ['publish', image, '--python', python, '--to', `${served.proxy.host}/acme`];
    expect(await succeed(pysan(words, chain.folder))).toMatch(
      /3\.13t +new[^]*Nothing was changed\. Run it with --apply/,
    );
    expect(served.proxy.asked.filter(isWrite)).toEqual([]);
  });

  it('is published with the chain below it, each image proven and signed', async () => {
    await succeed(publish(served, chain.folder, image, 'acme'));
    expect(await tagsOf(served, name)).toEqual([firstTag, ...moving].toSorted());
    const parent = 'small-cpython';
    expect(await tagsOf(served, `acme/${parent}`)).toEqual([python, await buildTagOf(parent), '3.13t'].toSorted());
    first = (await digestOf(served, name, firstTag)) ?? '';
    expect(await movingTags()).toEqual([first, first, first]);
  });

  it('sends only its own layers over a parent that is there', async () => {
    const [own, parent] = [await layersOf(image), await layersOf('small-cpython-tsan')];
    const added = own.filter((layer) => !parent.includes(layer));
    const uploads = served.proxy.asked.filter(
      (it) => it.method === 'PUT' && it.path.startsWith(`/v2/${name}/blobs/uploads/`) && isOfEngine(it),
    );
    // And the config.
    expect(uploads).toHaveLength(added.length + 1);
  });

  it('sends no blob when nothing has changed', async () => {
    served.proxy.asked.length = 0;
    await succeed(publish(served, chain.folder, image, 'acme'));
    expect(served.proxy.asked.filter(isWrite)).toEqual([]);
  });

  it('is listed with its tags, digest, age, versions, size and proof', async () => {
    const listed = await succeed(pysan(['images', '--from', `${served.registry.address}/acme`], chain.folder));
    const row = listed.split('\n').find((line) => line.startsWith(image)) ?? '';
    expect(row.split(/ {2,}/)).toEqual([
      image,
      first.slice(0, 'sha256:'.length + 12),
      expect.stringMatching(/^\d+ (h|days)$/),
      python,
      expect.stringMatching(/^\d+ MB$/),
      'pass',
      moving.join(' '),
      expect.stringMatching(/llvm \S+.*numpy 2\.4\.6/),
    ]);
    expect(listed).toMatch(/^4 images, and 4 immutable tags$/m);
  });

  it('is told of: made of what, proven, signed by whom, in place of what, and fresh', async () => {
    const explanation = await succeed(pysan(['why', reference(python)], chain.folder));
    for (const line of [
      `digest   ${first}`,
      `tags     ${moving.join(' ')}`,
      /made {5}2\S+Z, \d+ (h|days) ago; \d+ MB as pulled/,
      `build    ${firstTag.replace(`${python}-`, '')} (`,
      / numpy 2\.4\.6 sha256 \w{64}\n/,
      /parent {3}small-cpython-tsan b\w{12}\n/,
      /inside {3}base \S+, llvm 1:\S+, numpy 2\.4\.6\n/,
      /proven {3}pass, \d checks, 2\S+Z/,
      'signed   with a key, which does not identify its owner',
      /trusted {2}yes, by the key \S+cosign\.pub/,
      /moves {4}2\S+Z publish: 3\.13\.5t was new/,
      'fresh    yes',
    ]) {
      expect(explanation).toMatch(line);
    }
  });

  it('is not trusted by whom another has signed for, and nobody guesses', async () => {
    const other = path.join(await makeKey(served.folder), 'cosign.pub');
    const why = () => succeed(pysan(['why', reference(python)], chain.folder));
    expect(await trusting(other, why)).toMatch(
      /trusted +no, not by the key \S+cosign\.pub: none of its signatures matches/,
    );
    expect(await trusting(path.join(served.folder, 'nothing.pub'), why)).toMatch(/trusted +unknown: /);
  });

  it('is replaced by the next build', async () => {
    try {
      await succeed(publish(served, copy, image, 'acme'));
      secondTag = await buildTagOf(image);
    } finally {
      // The names that move go back to the build of this repository.
      await pysan(['build', image, '--python', python], chain.folder);
    }
    expect(await tagsOf(served, name)).toEqual([firstTag, secondTag, ...moving].toSorted());
    second = (await digestOf(served, name, secondTag)) ?? '';
    expect(await movingTags()).toEqual([second, second, second]);
    expect(await digestOf(served, name, firstTag)).toBe(first);
    const explanation = await succeed(pysan(['why', reference(python)], copy));
    expect(explanation).toMatch(new RegExp(`publish: 3\\.13t left ${first}\n[^]*fresh    yes`));
    expect(await succeed(pysan(['why', reference(python)], chain.folder))).toMatch(
      /fresh +no, to-build: input-changed: images\/small-numpy-tsan\/Dockerfile/,
    );
  });

  it('comes back by a rollback, under all tags that were moved together', async () => {
    await succeed(pysan(['rollback', reference('3.13t'), '--reason', 'it crashes', '--apply'], chain.folder));
    expect(await movingTags()).toEqual([first, first, first]);
    expect(await succeed(pysan(['why', reference(python)], chain.folder))).toContain(`rollback: 3.13t left ${second}`);
    expect(await succeed(pysan(['why', reference(second)], chain.folder))).toMatch(
      /tags +none\n[^]*on hold +it crashes/,
    );
  });

  it('stays there when the build on hold is published again, until that is lifted', async () => {
    const held = await succeed(publish(served, copy, image, 'acme'));
    expect(held).toMatch(/3\.13t +stays +sha256:\w+ is on hold: it crashes/);
    expect(await movingTags()).toEqual([first, first, first]);
    await succeed(pysan(['rollback', reference(second), '--lift', '--apply'], chain.folder));
    await succeed(publish(served, copy, image, 'acme'));
    expect(await movingTags()).toEqual([second, second, second]);
  });

  it('loses nothing to a clean-up but a build that nobody has wanted for long', async () => {
    const tags = await tagsOf(served, name);
    const old = { inputs: inputsOf('1.0'), created: '2024-01-01T00:00:00Z', tags: [`${python}-b000000000000`] };
    const digest = await pushImage(open(served, name), old);
    const prune = ['prune', '--from', `${served.registry.address}/acme`];
    expect(await succeed(pysan(prune, chain.folder))).toMatch(/^1 of \d+ manifests would be removed$/m);
    expect(await succeed(pysan([...prune, '--apply'], chain.folder))).toMatch(/^1 removed$/m);
    expect(await headManifest(open(served, name), digest)).toBeUndefined();
    expect(await tagsOf(served, name)).toEqual(tags);
    expect(await succeed(pysan([...prune, '--apply'], chain.folder))).toMatch(/^nothing to remove$/m);
  });

  describe.each(['tag', 'digest'])('is pulled by its %s, and finds a race, by', (by) => {
    const asked = () => reference(by === 'tag' ? python : second);

    it('the engine', async () => {
      await docker(['pull', '--quiet', asked()]);
      await expectRace(asked());
    });

    it('skopeo', async () => {
      await ensureSkopeo();
      const [archive, copied] = [path.join(served.folder, 'image.tar'), `skopeo/${image}:${by}`];
      const words = ['copy', '--quiet', '--src-tls-verify=false', `docker://${asked()}`];
      await execa('skopeo', [...words, `docker-archive:${archive}:${copied}`]);
      await docker(['load', '--quiet', '--input', archive]);
      await expectRace(copied);
      await Promise.all([removeTag(copied), rm(archive)]);
    });
  });
});
