/** Publications that meet faults of the network and the registry, and those that are killed. */
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { inputsOf, pushImage, requireImage } from '@pysan/testing/images';
import { listReferrers, putManifest } from '@pysan/registry';
import { reportType } from '@pysan/verification';
import { execa } from 'execa';

import { type Asked, type Fault, faultOnce, type FaultProxy } from './fault-proxy.ts';
import { coversOf, digestOf, isOurs, open, publish, servePublishing, tagsOf, toolchainTag } from './publishing.ts';
import { useSmallChain } from './small-chain.ts';

const isRoot = process.getuid?.() === 0;
const served = servePublishing('debian', isRoot ? 2 ** 30 : undefined);
const chain = useSmallChain();

/** A public tag that is there names the image that was published and signed, and that has a report which is signed as well. */
async function expectSound(namespace: string): Promise<void> {
  const name = `${namespace}/small-toolchain`;
  const digest = await digestOf(served, name, toolchainTag);
  if (digest !== undefined) {
    const referrers = await listReferrers(open(served, name), digest);
    const reports = referrers.filter(({ artifactType }) => artifactType === reportType);
    const covers = await coversOf(served, name, digest);
    expect(reports.some((report) => covers?.has(report.digest))).toBe(true);
    const own = (await tagsOf(served, name)).find((tag) => tag.startsWith('b')) ?? '';
    expect(await digestOf(served, name, own)).toBe(digest);
  }
}

async function expectPublished(namespace: string): Promise<void> {
  expect(await tagsOf(served, `${namespace}/small-toolchain`)).toEqual([
    expect.stringMatching(/^b\w{12}$/),
    toolchainTag,
  ]);
  await expectSound(namespace);
}

const [uploads, publicTag, ownTag] = [
  /\/blobs\/uploads\//,
  new RegExp(`/manifests/${toolchainTag}$`),
  /\/manifests\/b\w{12}$/,
];

/** Meets requests of our own client, as a fault does that is there at one moment, or from then on. */
function ours(method: string, asked: RegExp, fault: Fault, times = Infinity): FaultProxy['inject'] {
  const inject = faultOnce(method, asked, fault, times);
  return (it) => (isOurs(it) ? inject(it) : undefined);
}

/** Meets the first request of our own that matches behind so many writes to the same. */
function oursBehindWrites(count: number, method: string, asked: RegExp, fault: Fault): FaultProxy['inject'] {
  let [writes, isOver] = [0, false];
  return (it) => {
    const meets = writes >= count && !isOver && isOurs(it) && it.method === method && asked.test(it.path);
    writes += it.method === 'PUT' && asked.test(it.path) ? 1 : 0;
    isOver ||= meets;
    return meets ? fault : undefined;
  };
}

/**
 * Tokens that our own client may use eight times each. It has up to eight requests under way with one token: those that
 * find it used up share the next one, which is good for them all, so each is refused once at most.
 */
function shortTokens(): FaultProxy['inject'] {
  const left = new Map<string, number>();
  return (asked) => {
    if (asked.path.startsWith('/token')) {
      const token = `t${left.size + 1}`;
      left.set(`Bearer ${token}`, 8);
      return { status: 200, body: JSON.stringify({ token, expires_in: 300 }) };
    }
    if (!isOurs(asked)) {
      return undefined;
    }
    const header = String(asked.headers.authorization);
    const uses = left.get(header) ?? 0;
    if (uses > 0) {
      left.set(header, uses - 1);
    }
    const challenge = `Bearer realm="http://${served.proxy.host}/token",service="x"`;
    return uses > 0 ? undefined : { status: 401, headers: { 'www-authenticate': challenge } };
  };
}

/** Somebody else's image of long ago under the public tag. */
async function putOlder(namespace: string): Promise<void> {
  const repository = open(served, `${namespace}/small-toolchain`);
  const digest = await pushImage(repository, { inputs: inputsOf('1.0'), created: '2024-01-01T00:00:00Z' });
  await putManifest(repository, await requireImage(repository, digest), toolchainTag);
}

const ballast = () => path.join(served.registry.folder, 'ballast');

/** Leaves the registry's disk no room, whatever else is being written there: `dd` ends when nothing fits any more. */
async function fillDisk(): Promise<void> {
  const words = ['if=/dev/zero', `of=${ballast()}`, 'bs=4096', 'oflag=append', 'conv=notrunc'];
  await execa('dd', words, { reject: false });
}

interface Case {
  readonly what: string;
  readonly inject: (namespace: string) => FaultProxy['inject'];
  /** What the command says when it fails; undefined where it mends what happened. */
  readonly says?: RegExp;
  readonly needsRoot?: boolean;
}

const cases: readonly Case[] = [
  { what: 'a cut in the middle of a layer', inject: () => faultOnce('PATCH', uploads, { cut: 'request' }) },
  {
    what: 'cuts in the middle of whatever the engine sends',
    inject: () => faultOnce('PATCH', uploads, { cut: 'request' }, Infinity),
    says: /Run the command again: it continues where it stopped/,
  },
  {
    what: '500 to each PUT of a document',
    inject: () => ours('PUT', uploads, { status: 500 }),
    says: /answered 500 to an upload of the blob .*Try again later/,
  },
  {
    what: '500 to each PUT of the public tag',
    inject: () => ours('PUT', publicTag, { status: 500 }),
    says: new RegExp(`answered 500 to a PUT of the manifest ${toolchainTag} .*Try again later`),
  },
  { what: 'tokens that expire midway', inject: shortTokens },
  {
    what: 'a registry that does not know yet what was just pushed',
    inject: () => oursBehindWrites(1, 'GET', ownTag, { status: 404 }),
    says: /was created, but the registry does not have it\. Run the command again/,
  },
  {
    what: 'a list of attachments that misses what was just attached',
    inject: () => oursBehindWrites(2, 'GET', /\/manifests\/sha256-\w{64}$/, { status: 404 }),
  },
  {
    what: 'a full disk when the image comes',
    // Its layers are there, from the tests before: the engine would send each of them five times.
    inject: () => faultOnce('POST', /\/blobs\/uploads\/$/, { before: fillDisk }),
    says: /disk may be full.*Run the command again: it continues where it stopped/,
    needsRoot: true,
  },
  {
    what: 'a full disk when the report comes',
    // Each time: what another upload has left meanwhile is room again.
    inject: () => ours('POST', uploads, { before: fillDisk }),
    says: /Its disk is full/,
    needsRoot: true,
  },
  {
    what: 'a tag that goes to an older image between reading and writing',
    inject: (namespace) => ours('PUT', publicTag, { before: () => putOlder(namespace) }, 1),
  },
  {
    what: 'a tag that goes to an older image behind the writing',
    inject: (namespace) => oursBehindWrites(1, 'HEAD', publicTag, { before: () => putOlder(namespace) }),
  },
];

describe('a publication ends well, or with a sentence that helps, and running it again repairs, after', () => {
  cases.forEach(({ what, inject, says, needsRoot = false }, index) => {
    (isRoot || !needsRoot ? it : it.skip)(what, async () => {
      const namespace = `fault${index}`;
      const fault = inject(namespace);
      let met = 0;
      served.proxy.inject = (asked) => {
        const found = fault(asked);
        met += found === undefined ? 0 : 1;
        return found;
      };
      const { exitCode, output } = await publish(served, chain.folder, 'small-toolchain', namespace);
      served.proxy.inject = () => undefined;
      await rm(ballast(), { force: true });
      const expected = says === undefined ? { exitCode: 0, says: /^published /m } : { exitCode: 1, says };
      expect({ exitCode, output }).toEqual({
        exitCode: expected.exitCode,
        output: expect.stringMatching(expected.says),
      });
      expect(output).not.toMatch(/^\s+at /m);
      expect(met).toBeGreaterThan(0);
      await (says === undefined ? expectPublished(namespace) : expectSound(namespace));
      const again = await publish(served, chain.folder, 'small-toolchain', namespace);
      expect(again.exitCode === 0 ? '' : again.output).toBe('');
      await expectPublished(namespace);
    });
  });
});

describe('a publication that is killed', () => {
  it('goes on wherever it was, and no public tag names what is not proven', async () => {
    const steps = await countSteps();
    // Report, passport, bill of materials, provenance and promotion, each with its list; the image and its own tag, two
    // signatures and the public tag.
    expect(steps).toBeGreaterThanOrEqual(15);
    for (let step = 1; step <= steps; step += 1) {
      await killAt(step, `killed${step}`);
      await expectSound(`killed${step}`);
      const { exitCode, signal, all } = await start(`killed${step}`);
      expect({ step, signal, said: exitCode === 0 ? '' : `${exitCode}: ${all}` }).toEqual({ step, said: '' });
      await expectPublished(`killed${step}`);
    }
  });

  function start(namespace: string) {
    const words = [
      path.join(import.meta.dirname, 'publish-toolchain.ts'),
      `${served.proxy.host}/${namespace}`,
      chain.folder,
    ];
    return execa('node', words, { cwd: chain.folder, reject: false, stdin: 'ignore', detached: true, all: true });
  }

  /** A registry changes what others see when it is given a manifest. */
  function isStep({ method, path: asked }: Asked): boolean {
    return method === 'PUT' && asked.includes('/manifests/');
  }

  async function countSteps(): Promise<number> {
    served.proxy.asked.length = 0;
    await start('counted');
    return served.proxy.asked.filter(isStep).length;
  }

  async function killAt(step: number, namespace: string): Promise<void> {
    const child = start(namespace);
    let seen = 0;
    served.proxy.inject = (asked) => {
      seen += isStep(asked) ? 1 : 0;
      return seen === step && isStep(asked)
        ? { before: () => Promise.resolve(process.kill(-(child.pid ?? 0), 'SIGKILL')) }
        : undefined;
    };
    await child;
    served.proxy.inject = () => undefined;
  }
});
