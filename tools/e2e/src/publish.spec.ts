/** What publishing refuses, and what builds take from it. The chain of cpython-tsan 3.13.5t must have been built. */
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspectImage, removeTag, tagImage } from '@pysan/engine';
import { requireImage } from '@pysan/testing/images';
import { attach, listReferrers, readAttachment } from '@pysan/registry';
import { reportType } from '@pysan/verification';
import { execa } from 'execa';

import {
  buildTagOf,
  makeKey,
  open,
  publish,
  python,
  servePublishing,
  succeed,
  tagsOf,
  trusting,
} from './publishing.ts';
import { pysan, type PysanResult } from './pysan.ts';

const served = servePublishing();

describe('published parents', () => {
  beforeAll(() => succeed(publish(served, 'cpython', 'acme')));

  /** Builds on a parent that the engine lacks and the registry has. */
  async function buildOnPublished(): Promise<PysanResult> {
    const tag = await buildTagOf('cpython');
    await removeTag(`cpython:${tag}`);
    try {
      const parents = `${served.registry.address}/acme`;
      return await pysan(['build', 'cpython-tsan', '--python', python, '--parents', parents]);
    } finally {
      await tagImage(`cpython:${python}`, `cpython:${tag}`);
    }
  }

  it('are pulled, not compiled', async () => {
    expect(await succeed(buildOnPublished())).toMatch(/^pulling .*\/acme\/cpython@sha256:/m);
  });

  it('are not taken when somebody else signed them', async () => {
    const other = path.join(await makeKey(served.folder), 'cosign.pub');
    expect(await trusting(other, buildOnPublished)).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/is not taken: no signature of it fits/),
    });
  });
});

describe('what must not be published', () => {
  it('is a bootstrapped base, elsewhere than on this machine', async () => {
    const words = ['publish', 'toolchain', '--to', 'registry.example.org/acme', '--apply'];
    expect(await pysan(words)).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/cannot be published: its base was bootstrapped/),
    });
  });

  describe('is an image that fails its verification', () => {
    const name = 'spoiled/toolchain';
    let [tag, good] = ['', ''];

    beforeAll(async () => {
      tag = (await inspectImage('toolchain:latest'))?.repoTags.find((it) => /^toolchain:b/.test(it)) ?? '';
      good = (await inspectImage(tag))?.id ?? '';
      await execa('docker', ['build', '--quiet', '--tag', tag, '-'], {
        input: `FROM ${tag}\nRUN rm -f "$(command -v llvm-symbolizer)"\n`,
      });
    });
    afterAll(() => tagImage(good, tag));

    async function expectRefusal(): Promise<void> {
      expect(await publish(served, 'toolchain', 'spoiled')).toEqual({
        exitCode: 1,
        output: expect.stringMatching(/no public tag was touched/),
      });
      expect(await tagsOf(served, name)).toEqual([tag.replace('toolchain:', '')]);
    }

    it('stays under its own tag, with its report', async () => {
      await expectRefusal();
    });

    it('has no older pass that would help it', async () => {
      const repository = open(served, name);
      const image = await requireImage(repository, tag.replace('toolchain:', ''));
      const [failed] = (await listReferrers(repository, image.digest)).filter((it) => it.artifactType === reportType);
      expect(failed).toBeDefined();
      const report = failed === undefined ? '' : (await readAttachment(repository, failed)).toString();
      const passed = Buffer.from(report.replace('"verdict": "fail"', '"verdict": "pass"'));
      expect(String(passed)).not.toBe(report);
      await attach(repository, image, reportType, passed, new Date(0));
      await expectRefusal();
    });
  });
});
