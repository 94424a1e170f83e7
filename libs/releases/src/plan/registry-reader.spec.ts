import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Build, parsePythonTag } from '@pysan/model';
import { json, type LocalServer, quickly, type Reply, startServer, status } from '@pysan/testing/local-server';
import { canonicalJson, computeBuildId } from '@pysan/planning';
import { connect, digestOf, mediaTypes, parseNamespace } from '@pysan/registry';
import { buildTagOf, holdType } from '@pysan/tagging';
import { allSigned, nothingSigned } from '@pysan/testing/signatures';
import { reportType } from '@pysan/verification';

import { registryReader } from './registry-reader.ts';

const inputs = { schema: 1, platform: 'linux/amd64', files: {}, buildArgs: {}, releases: [] } as const;
const id = computeBuildId(inputs);
const labels = { 'org.pysan.build-id': id, 'org.pysan.inputs': canonicalJson(inputs) };
const build: Build = {
  image: { name: 'numpy-tsan', parent: undefined, sanitizer: 'thread', components: [], tracks: [], workflow: 'x.yml' },
  ...{ python: parsePythonTag('3.14.3t'), contents: [], inputs, id },
};
const buildTag = buildTagOf(build);
const query = { image: 'numpy-tsan', tag: '3.14t', id, build, buildTag, publicTag: '3.14t' };
const base = '/v2/acme/numpy-tsan';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer();
  server.replies = { '/v2/': json({}) };
});
afterEach(() => server.stop());

function read(asked = query, readSignature = allSigned) {
  const namespace = parseNamespace(`${new URL(server.origin).host}/acme`);
  return registryReader(
    connect(namespace, { DOCKER_CONFIG: '/nonexistent' }, quickly()),
    namespace,
    readSignature,
  )(asked);
}

function serve(url: string, content: Buffer, type: string): Reply {
  return (server.replies[`${base}/${url}`] = (_, response) =>
    response.writeHead(200, { 'content-type': type, 'docker-content-digest': digestOf(content) }).end(content));
}

function blob(value: unknown): { digest: string; size: number; mediaType: string } {
  const bytes = Buffer.from(JSON.stringify(value));
  serve(`blobs/${digestOf(bytes)}`, bytes, 'application/octet-stream');
  return { digest: digestOf(bytes), size: bytes.length, mediaType: 'application/vnd.oci.image.config.v1+json' };
}

/** Serves a manifest under its digest and a tag. */
function put(
  value: object,
  tag = 'some',
  mediaType: string = mediaTypes.manifest,
): { digest: string; size: number; mediaType: string } {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...value }));
  serve(`manifests/${digestOf(bytes)}`, bytes, mediaType);
  serve(`manifests/${tag}`, bytes, mediaType);
  return { digest: digestOf(bytes), size: bytes.length, mediaType };
}

function image(tag: string, imageLabels: object = labels): ReturnType<typeof put> {
  return put({ config: blob({ config: { Labels: imageLabels } }), layers: [] }, tag);
}

/** Lists documents as attached to an image, each made a second after the one before. */
function attach(subject: string, documents: readonly { type: string; value: unknown }[]): void {
  const manifests = documents.map(({ type, value }, index) => {
    const annotations = { 'org.opencontainers.image.created': new Date(index * 1000).toISOString() };
    const layers = [{ ...blob(value), mediaType: type }];
    return { ...put({ artifactType: type, layers, annotations }), artifactType: type, annotations };
  });
  // Nobody says that lists are in order.
  put({ manifests: manifests.toReversed() }, subject.replace(':', '-'), mediaTypes.index);
}

const report = (verdict: string) => ({ type: reportType, value: { buildId: id, checksHash: 'c'.repeat(64), verdict } });
const hold = (digest: string, held: boolean, second: number) => ({
  type: holdType,
  value: { schemaVersion: 1, digest, held, reason: 'it crashes', at: new Date(second * 1000).toISOString() },
});

it('answers the image under the build id, whatever the tag names', async () => {
  const { digest } = image(buildTag);
  image('3.14t', {});
  expect(await read()).toEqual({ digest, buildId: id, inputs });
});

it('answers what the tag names where there is no such build, and asks for no proof of that', async () => {
  const { digest } = image('3.14t');
  expect(await read({ ...query, build: { ...build, id: '0'.repeat(64) } })).toMatchObject({ digest, buildId: id });
  expect(
    server.asked.map(({ url }) => url).filter((url) => url.includes('referrers') || url.includes('sha256-')),
  ).toEqual([]);
});

it('answers nothing where there is neither', async () => {
  expect(await read()).toBeUndefined();
  expect(server.asked).toHaveLength(3);
});

it('looks into an index for the image of our platform', async () => {
  const child = (architecture: string, labelled: object) => ({
    ...image('child', labelled),
    platform: { os: 'linux', architecture },
  });
  const unknown = { ...image('child', { x: '1' }), platform: { os: 'unknown', architecture: 'unknown' } };
  const { digest } = put(
    { manifests: [unknown, child('arm64', {}), child('amd64', labels)] },
    buildTag,
    mediaTypes.index,
  );
  expect(await read()).toMatchObject({ digest, buildId: id });
});

describe('what is attached', () => {
  it('is proof by the newest report', async () => {
    const { digest } = image(buildTag);
    attach(digest, [report('fail'), { type: 'application/spdx+json', value: {} }, report('pass')]);
    expect(await read()).toMatchObject({ proof: { verdict: 'pass', checksHash: 'c'.repeat(64) } });
    attach(digest, [report('pass'), report('fail')]);
    expect(await read()).toMatchObject({ proof: { verdict: 'fail' } });
  });

  it('is a hold until that is lifted', async () => {
    const { digest } = image(buildTag);
    attach(digest, [hold(digest, true, 1)]);
    expect(await read()).toMatchObject({ hold: 'it crashes' });
    attach(digest, [hold(digest, true, 1), hold(digest, false, 2)]);
    expect(await read()).not.toHaveProperty('hold');
  });
});

describe('what its signature does not cover', () => {
  it('is no proof', async () => {
    const { digest } = image(buildTag);
    attach(digest, [report('pass')]);
    expect(await read(query, () => Promise.resolve({ covers: new Set<string>() }))).not.toHaveProperty('proof');
  });

  it('makes it foreign where it is the image itself', async () => {
    const { digest } = image(buildTag);
    attach(digest, [report('pass')]);
    expect(await read(query, nothingSigned)).toEqual({ digest, buildId: id, inputs, foreign: 'it has no signature' });
  });
});

describe('the public tags that it should have', () => {
  it.each([
    { what: 'name nothing', tags: {}, lacks: ['3.14.3t', '3.14t'] },
    { what: 'name it', tags: { '3.14.3t': labels, '3.14t': labels }, lacks: undefined },
    {
      what: 'name another of the same Python',
      tags: { '3.14.3t': { 'org.pysan.python': '3.14.3t' }, '3.14t': labels },
      lacks: ['3.14.3t'],
    },
    {
      what: 'have gone on to a newer Python',
      tags: { '3.14.3t': labels, '3.14t': { 'org.pysan.python': '3.14.4t' } },
      lacks: undefined,
    },
  ])('$what', async ({ tags, lacks }) => {
    const { digest } = image(buildTag);
    attach(digest, [report('pass')]);
    Object.entries(tags).forEach(([tag, tagged]) => image(tag, tagged));
    expect((await read())?.lacks).toEqual(lacks);
  });
});

describe('cannot tell by', () => {
  it.each<{ what: string; change: (digest: string) => void; message: string }>([
    {
      what: 'a hold of another image',
      change: (digest) => attach(digest, [hold(`sha256:${'0'.repeat(64)}`, true, 1)]),
      message: 'it was copied there',
    },
    {
      what: 'a report that is none',
      change: (digest) => attach(digest, [{ type: reportType, value: {} }]),
      message: 'is not the report of a verification',
    },
    { what: 'no labels', change: () => image(buildTag, {}), message: 'no label org.pysan.build-id' },
    {
      what: 'a config that is none',
      change: () => put({ config: blob([]) }, buildTag),
      message: 'has no readable config',
    },
    {
      what: 'an index of other platforms',
      change: () => put({ manifests: [] }, buildTag, mediaTypes.index),
      message: 'without an image for this platform',
    },
    {
      what: 'a refusal',
      change: () => void (server.replies[`${base}/manifests/${buildTag}`] = status(403)),
      message: 'answered 403',
    },
  ])('$what', async ({ change, message }) => {
    change(image(buildTag).digest);
    await expect(read()).rejects.toThrow(message);
  });
});
