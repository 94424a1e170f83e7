/** libs/registry against real registries, and whatever may go wrong between the two, injected by a proxy. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { patient, type Timing } from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import {
  attach,
  connect,
  deleteManifest,
  digestOf,
  getBlob,
  getManifest,
  hasBlob,
  headManifest,
  listReferrers,
  listTags,
  mediaTypes,
  openRepository,
  parseNamespace,
  putBlob,
  putManifest,
  readAttachment,
  removeTag,
  type Repository,
  walkedInventory,
} from '@pysan/registry';

import { type Fault, faultOnce } from './fault-proxy.ts';
import { registryKinds, startRegistry } from './registries.ts';
import { serveRegistry } from './served-registry.ts';

const isRoot = process.getuid?.() === 0;
const reportType = 'application/vnd.pysan.report.v1+json';
const uploads = /\/blobs\/uploads\//;
const manifests = /\/manifests\//;

let waits: number[];
const timing: Timing = { timeoutMs: 5000, now: Date.now, sleep: (ms) => Promise.resolve(waits.push(ms)) };
let count = 0;

beforeEach(() => {
  waits = [];
});

function open(host: string, name = `acme/image-${(count += 1)}`, pace = timing): Repository {
  return openRepository(connect(parseNamespace(host), { DOCKER_CONFIG: '/nonexistent' }, pace), name);
}

/** Puts an image without layers, whose config is of this kind, and answers its digest. */
async function push(repository: Repository, tag: string, config: string): Promise<string> {
  return putManifest(repository, await prepare(repository, config), tag);
}

/** Sends what a manifest refers to, and answers the manifest. */
async function prepare(repository: Repository, config: string): Promise<{ bytes: Buffer; mediaType: string }> {
  const bytes = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: { config, of: repository.name } } }),
  );
  const digest = await putBlob(repository, bytes);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: bytes.length },
    layers: [],
  };
  return { bytes: Buffer.from(JSON.stringify(manifest)), mediaType: mediaTypes.manifest };
}

function mustBe<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('It is absent.');
  }
  return value;
}

interface Case {
  readonly what: string;
  readonly method: string;
  readonly path: RegExp;
  readonly fault: Fault;
}

/** Faults that are over when somebody tries again, after so many milliseconds. */
const momentary: readonly (Case & { readonly waited: readonly number[] })[] = [
  {
    what: 'a cut in the middle of an upload',
    method: 'PUT',
    path: uploads,
    fault: { cut: 'request' },
    waited: [1000],
  },
  { what: 'a cut when an upload was done', method: 'PUT', path: uploads, fault: { cut: 'answer' }, waited: [1000] },
  {
    what: 'a cut in the middle of a manifest',
    method: 'PUT',
    path: manifests,
    fault: { cut: 'request' },
    waited: [1000],
  },
  {
    what: 'a cut when a manifest was put',
    method: 'PUT',
    path: manifests,
    fault: { cut: 'answer' },
    waited: [1000],
  },
  { what: '500 to a PUT of a manifest', method: 'PUT', path: manifests, fault: { status: 500 }, waited: [1000] },
  { what: '500 to a PUT of a blob', method: 'PUT', path: uploads, fault: { status: 500 }, waited: [1000] },
  {
    what: '429',
    method: 'POST',
    path: uploads,
    fault: { status: 429, headers: { 'retry-after': '7' } },
    waited: [7000],
  },
];

/** Faults that do not end while somebody tries again. */
const lasting: readonly (Case & { readonly message: RegExp })[] = [
  {
    what: 'cuts in the middle of a manifest',
    method: 'PUT',
    path: manifests,
    fault: { cut: 'request' },
    message: /cannot be reached/,
  },
  {
    what: '500 to each PUT',
    method: 'PUT',
    path: manifests,
    fault: { status: 500 },
    message: /answered 500 to a PUT of the manifest a of .*Try again later\./,
  },
  {
    what: '429 without end',
    method: 'PUT',
    path: manifests,
    fault: { status: 429 },
    message: /answered 429 .*limits requests/,
  },
  {
    what: '403',
    method: 'POST',
    path: uploads,
    fault: { status: 403 },
    message: /answered 403 to an upload .*No credentials were found/,
  },
  {
    what: '401',
    method: 'PUT',
    path: manifests,
    fault: { status: 401 },
    message: /answered 401 to a PUT .*No credentials were found/,
  },
  {
    what: 'a web page',
    method: 'POST',
    path: uploads,
    fault: { status: 200, body: '<html>' },
    message: /answered 200 to an upload/,
  },
];

describe.each(registryKinds)('the registry of the kind %s', (kind) => {
  // go-containerregistry takes half a manifest for a whole one, and maybe after it got the whole one.
  const isFair = ({ what }: Case): boolean => kind !== 'with-referrers' || !/in the middle of a manifest/.test(what);
  const served = serveRegistry(kind);
  let repository: Repository;

  beforeEach(() => {
    repository = open(served.proxy.host);
  });

  it('tells absent from present, and gives back the very bytes by tag and digest', async () => {
    expect([
      await getManifest(repository, 'a'),
      await headManifest(repository, 'a'),
      await listTags(repository),
    ]).toEqual([undefined, undefined, []]);
    const manifest = await prepare(repository, 'one');
    const digest = await putManifest(repository, manifest, 'a');
    expect(await getManifest(repository, 'a')).toMatchObject({ digest, ...manifest });
    expect(await getManifest(repository, digest)).toMatchObject({ digest, ...manifest });
    expect(await putManifest(repository, manifest, 'b')).toBe(digest);
    expect((await listTags(repository)).toSorted()).toEqual(['a', 'b']);
    expect([
      await hasBlob(repository, digestOf(Buffer.from('no'))),
      await getBlob(repository, { digest: digestOf(Buffer.from('no')), size: 2 }),
    ]).toEqual([false, undefined]);
  });

  it('keeps indexes, also those of Docker', async () => {
    const digest = await push(repository, 'a', 'one');
    const child = {
      mediaType: mediaTypes.manifest,
      digest,
      size: mustBe(await getManifest(repository, 'a')).bytes.length,
      platform: { os: 'linux', architecture: 'amd64' },
    };
    for (const mediaType of [mediaTypes.index, mediaTypes.dockerIndex]) {
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: [child] }));
      await putManifest(repository, { bytes, mediaType }, 'index');
      expect(await getManifest(repository, 'index')).toMatchObject({ mediaType, bytes, json: { manifests: [child] } });
    }
  });

  it('sends nothing twice', async () => {
    await push(repository, 'a', 'one');
    const posts = served.proxy.asked.filter(({ method }) => method === 'POST').length;
    await push(repository, 'b', 'one');
    expect(served.proxy.asked.filter(({ method }) => method === 'POST')).toHaveLength(posts);
  });

  it('lists what is attached, and gives it back', async () => {
    await push(repository, 'a', 'one');
    const subject = mustBe(await getManifest(repository, 'a'));
    const document = Buffer.from('{"verdict":"pass"}');
    expect(await listReferrers(repository, subject.digest)).toEqual([]);
    const digest = await attach(repository, subject, reportType, document, new Date(0));
    const [referrer, ...more] = await listReferrers(open(served.registry.address, repository.name), subject.digest);
    expect([referrer, more]).toEqual([
      {
        digest,
        artifactType: reportType,
        annotations: { 'org.opencontainers.image.created': '1970-01-01T00:00:00.000Z' },
      },
      [],
    ]);
    expect(await readAttachment(repository, mustBe(referrer))).toEqual(document);
  });

  it('loses nothing that two attach at once', async () => {
    await push(repository, 'a', 'one');
    const subject = mustBe(await getManifest(repository, 'a'));
    // docker-registry loses sight of a blob for a moment when two send it at once, and then refuses the manifest.
    await putBlob(repository, Buffer.from('{}'));
    // They really wait: that is how each finds out what the other has done.
    const clients = [served.proxy.host, served.registry.address].map((host) => open(host, repository.name, patient));
    const made = await Promise.all(
      clients.map((it, index) => attach(it, subject, reportType, Buffer.from('{}'), new Date(index))),
    );
    expect((await listReferrers(repository, subject.digest)).map(({ digest }) => digest).toSorted()).toEqual(
      made.toSorted(),
    );
  });

  it('deletes, and says when there was nothing left to delete', async () => {
    const digest = await push(repository, 'a', 'one');
    expect([await deleteManifest(repository, digest), await deleteManifest(repository, digest)]).toEqual([true, false]);
    expect(await getManifest(repository, digest)).toBeUndefined();
  });

  it('lists everything that tags, indexes and referrers lead to', async () => {
    const digest = await push(repository, 'a', 'one');
    const subject = mustBe(await getManifest(repository, 'a'));
    await putManifest(repository, subject, 'b');
    const report = await attach(repository, subject, reportType, Buffer.from('{}'), new Date(0));
    const child = { mediaType: mediaTypes.manifest, digest: await push(repository, 'c', 'two'), size: 1 };
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [child] }));
    const index = await putManifest(repository, { bytes, mediaType: mediaTypes.index }, 'c');
    const listed = await walkedInventory(open(served.registry.address, repository.name)).list();
    const found = new Map(listed.map((it) => [it.digest, it.tags.toSorted()]));
    const own = [digest, report, child.digest, index].map((it) => found.get(it));
    expect(own).toEqual([['a', 'b'], [], [], ['c']]);
  });

  it('loses one tag, and nothing else that it named', async () => {
    const digest = await push(repository, 'a', 'one');
    await putManifest(repository, mustBe(await getManifest(repository, 'a')), 'b');
    await removeTag(repository, walkedInventory(repository), 'b');
    expect(await Promise.all(['a', 'b', digest].map((it) => headManifest(repository, it)))).toEqual([
      digest,
      undefined,
      digest,
    ]);
    expect(await listTags(repository)).toEqual(['a']);
  });

  describe('survives a moment of', () => {
    it.each(momentary.filter(isFair))('$what', async ({ method, path, fault, waited }) => {
      served.proxy.inject = faultOnce(method, path, fault);
      const digest = await push(repository, 'a', 'one');
      expect(await getManifest(repository, 'a')).toMatchObject({ digest });
      expect(waits).toEqual(waited);
    });
  });

  describe('ends with a sentence, and moves no tag, after', () => {
    it.each(lasting.filter(isFair))('$what', async ({ method, path, fault, message }) => {
      const before = await push(open(served.registry.address, repository.name), 'a', 'one');
      served.proxy.inject = faultOnce(method, path, fault, Infinity);
      const outcome = await push(repository, 'a', 'two').catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(UpstreamError);
      expect(outcome).toMatchObject({ message: expect.stringMatching(message) });
      served.proxy.inject = () => undefined;
      expect(await headManifest(repository, 'a')).toBe(before);
      expect(await push(repository, 'a', 'two')).not.toBe(before);
    });
  });

  it('is not believed when bytes do not match their digest', async () => {
    const digest = await push(repository, 'a', 'one');
    const config = mustBe(mustBe(await getManifest(repository, 'a')).json.config);
    const change = (body: Buffer): string => body.toString().replace('linux', 'minix').replace('[]', '[ ]');
    served.proxy.inject = () => ({ change });
    await expect(getManifest(repository, 'a')).rejects.toThrow('does not match its digest');
    await expect(getManifest(repository, digest)).rejects.toThrow('does not match its digest');
    await expect(getBlob(repository, config)).rejects.toThrow('does not match its digest');
  });

  it('is not believed when a web page comes with 200', async () => {
    await push(repository, 'a', 'one');
    served.proxy.inject = () => ({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>log in</html>',
    });
    await expect(getManifest(repository, 'a')).rejects.toThrow('is not a manifest but text/html');
    await expect(listTags(repository)).rejects.toThrow('is not as documented');
    await expect(listReferrers(repository, digestOf(Buffer.from('x')))).rejects.toThrow('is not a manifest');
    await expect(getManifest(open(served.proxy.host), 'a')).rejects.toThrow('is not a registry');
  });

  it.each([
    { what: 'manifest', path: manifests, headers: { 'content-type': mediaTypes.manifest }, limit: '4 MiB' },
    { what: 'blob', path: /\/blobs\/sha256:/, headers: {}, limit: ' bytes. The rest was not read' },
  ])('is not read to the end of a $what that has none', async ({ path, headers, limit }) => {
    await push(repository, 'a', 'one');
    const config = mustBe(mustBe(await getManifest(repository, 'a')).json.config);
    const [before, memory] = [served.proxy.sent.mebibytes, process.memoryUsage.rss()];
    served.proxy.inject = (asked) => (path.test(asked.path) ? { endless: headers } : undefined);
    const ask = path === manifests ? getManifest(repository, 'a') : getBlob(repository, config);
    await expect(ask).rejects.toThrow(limit);
    expect(served.proxy.sent.mebibytes - before).toBeLessThan(32);
    expect(process.memoryUsage.rss() - memory).toBeLessThan(200 * 2 ** 20);
  });

  it('is not asked for 30,000 pages of tags', async () => {
    served.proxy.inject = ({ path }) => {
      const page = Number(/last=(\d+)$/.exec(path)?.[1] ?? 0) + 1;
      const link = `</v2/${repository.name}/tags/list?n=1000&last=${page}>; rel="next"`;
      const isAsked = path.includes('/tags/list') && page <= 30_000;
      return isAsked ? { status: 200, headers: { link }, body: `{"tags":["t${page}"]}` } : undefined;
    };
    const before = served.proxy.asked.length;
    await expect(listTags(repository)).rejects.toThrow('is a page of an endless list: 500 pages');
    expect(served.proxy.asked.length - before).toBeLessThanOrEqual(501);
  });

  it.each([401, 403])('may refuse one repository with %d, and answer for another', async (status) => {
    const open2 = open(served.proxy.host);
    await push(open2, 'a', 'one');
    served.proxy.inject = ({ path }) => (path.startsWith(`/v2/${repository.name}/`) ? { status } : undefined);
    await expect(getManifest(repository, 'a')).rejects.toThrow(
      `answered ${status} to the manifest a of ${served.proxy.host}/${repository.name}`,
    );
    expect(await getManifest(open2, 'a')).toBeDefined();
  });

  it('is shown a new token when the old one expires midway', async () => {
    let [issued, left] = [0, 0];
    served.proxy.inject = ({ path, headers }) => {
      if (path.startsWith('/token')) {
        [issued, left] = [issued + 1, 2];
        return { status: 200, body: JSON.stringify({ token: `t${issued}`, expires_in: 300 }) };
      }
      const isValid = headers.authorization === `Bearer t${issued}` && (left -= 1) >= 0;
      return isValid
        ? undefined
        : {
            status: 401,
            headers: { 'www-authenticate': `Bearer realm="http://${served.proxy.host}/token",service="x"` },
          };
    };
    const digest = await push(repository, 'a', 'one');
    expect(await getManifest(repository, 'a')).toMatchObject({ digest });
    expect(issued).toBeGreaterThan(2);
  });

  it('may list late what was just pushed: a tag is asked for by its name', async () => {
    const digest = await push(repository, 'new', 'one');
    served.proxy.inject = ({ path }) =>
      path.includes('/tags/list') ? { change: () => '{"tags":["old"]}' } : undefined;
    expect(await listTags(repository)).toEqual(['old']);
    expect(await headManifest(repository, 'new')).toBe(digest);
  });

  it('may lose the answer to a delete, which is done then', async () => {
    const digest = await push(repository, 'a', 'one');
    served.proxy.inject = faultOnce('DELETE', manifests, { cut: 'answer' });
    expect(await deleteManifest(repository, digest)).toBe(false);
    expect(await headManifest(repository, digest)).toBeUndefined();
  });

  it('shows who moved a tag between reading and writing', async () => {
    const other = open(served.registry.address, repository.name);
    await push(repository, 'a', 'one');
    served.proxy.inject = faultOnce('PUT', /manifests\/a$/, { before: () => push(other, 'a', 'two') });
    const digest = await push(repository, 'a', 'three');
    expect(await headManifest(other, 'a')).toBe(digest);
  });
});

(isRoot ? it : it.skip)('a full disk is said, and what was there stays', async () => {
  const registry = await startRegistry('debian', 512 * 1024);
  try {
    const repository = open(registry.address);
    const digest = await push(repository, 'a', 'one');
    const message = /answered 50\d to an upload of the blob .*Its disk is full/;
    await expect(putBlob(repository, Buffer.alloc(1024 * 1024, 'x'))).rejects.toThrow(message);
    expect(await getManifest(repository, 'a')).toMatchObject({ digest });
  } finally {
    await registry.stop();
  }
});
