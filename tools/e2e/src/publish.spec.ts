/** What publishing refuses, and what builds take from it. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspectImage, removeTag, tagImage } from '@pysan/engine';
import { requireImage } from '@pysan/testing/images';
import { attach, listReferrers, readAttachment } from '@pysan/registry';
import { reportType } from '@pysan/verification';

import { buildTagOf, makeKey, open, publish, servePublishing, succeed, tagsOf, trusting } from './publishing.ts';
import { pysan, type PysanResult } from './pysan.ts';
import { python, useSmallChain } from './small-chain.ts';

const served = servePublishing();
const chain = useSmallChain();

describe('published parents', () => {
  beforeAll(() => succeed(publish(served, chain.folder, 'small-cpython', 'acme')));

  /** Builds on a parent that the engine lacks and the registry has. */
  async function buildOnPublished(): Promise<PysanResult> {
    const tag = await buildTagOf('small-cpython');
    await removeTag(`small-cpython:${tag}`);
    try {
      const parents = `${served.registry.address}/acme`;
      return await pysan(['build', 'small-cpython-tsan', '--python', python, '--parents', parents], chain.folder);
    } finally {
      await tagImage(`small-cpython:${python}`, `small-cpython:${tag}`);
    }
  }

  it('are pulled, not compiled', async () => {
    expect(await succeed(buildOnPublished())).toMatch(/^pulling .*\/acme\/small-cpython@sha256:/m);
  });

  it('are not taken when somebody else signed them', async () => {
    const other = path.join(await makeKey(served.folder), 'cosign.pub');
    expect(await trusting(other, buildOnPublished)).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/is not used: none of its signatures matches/),
    });
  });
});

describe('what must not be published', () => {
  it('is a bootstrapped base, elsewhere than on this machine', async () => {
    const words = ['publish', 'small-toolchain', '--to', 'registry.example.org/acme', '--apply'];
    expect(await pysan(words, chain.folder)).toEqual({
      exitCode: 2,
      output: expect.stringMatching(/cannot be published: its base was bootstrapped/),
    });
  });

  describe('is an image that fails its verification', () => {
    const name = 'spoiled/small-toolchain';
    const checks = (): string => path.join(chain.folder, 'images/small-toolchain/checks');
    let tag = '';

    beforeAll(async () => {
      tag = (await inspectImage('small-toolchain:latest'))?.repoTags.find((it) => /^small-toolchain:b/.test(it)) ?? '';
      const failing = { title: 'nothing is true', proofs: [1], command: ['false'], expect: { exitCode: 0 } };
      await mkdir(path.join(checks(), 'failing'));
      await writeFile(path.join(checks(), 'failing/check.json'), JSON.stringify({ cases: [failing] }));
    });
    afterAll(() => rm(path.join(checks(), 'failing'), { recursive: true }));

    async function expectRefusal(): Promise<void> {
      expect(await publish(served, chain.folder, 'small-toolchain', 'spoiled')).toEqual({
        exitCode: 1,
        output: expect.stringMatching(/no public tag was moved/),
      });
      expect(await tagsOf(served, name)).toEqual([tag.replace('small-toolchain:', '')]);
    }

    it('stays under its own tag, with its report', async () => {
      await expectRefusal();
    });

    it('has no pass that would help it, since no signature covers that', async () => {
      const repository = open(served, name);
      const image = await requireImage(repository, tag.replace('small-toolchain:', ''));
      const [failed] = (await listReferrers(repository, image.digest)).filter((it) => it.artifactType === reportType);
      expect(failed).toBeDefined();
      const report = failed === undefined ? '' : (await readAttachment(repository, failed)).toString();
      const passed = Buffer.from(report.replace('"verdict": "fail"', '"verdict": "pass"'));
      expect(String(passed)).not.toBe(report);
      await attach(repository, image, reportType, passed, new Date(Date.now() + 60_000));
      await expectRefusal();
    });
  });
});
