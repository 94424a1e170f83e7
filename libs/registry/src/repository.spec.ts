/** Against servers that answer as registries do, in good and in bad times. The real ones are in tools/e2e. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  endless,
  faults,
  json,
  type LocalServer,
  quickly,
  type Reply,
  startServer,
  status,
} from '@pysan/testing/local-server';

import { digestOf, mediaTypes } from './manifest.ts';
import { attach, listReferrers } from './referrers.ts';
import {
  deleteManifest,
  getBlob,
  getManifest,
  hasBlob,
  headManifest,
  openRepository,
  putManifest,
  type Repository,
} from './repository.ts';
import { connect } from './server.ts';
import { listTags } from './tags.ts';
import { putBlob } from './upload.ts';

const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, layers: [] }));
const digest = digestOf(bytes);
const other = digestOf(Buffer.from('other'));
const manifestUrl = '/v2/acme/x/manifests/3.14t';
const tokenUrl = '/token?scope=repository%3Aacme%2Fx%3Apull&service=here';
const login = { GHCR_USERNAME: 'ada', CI_TOKEN: 'hunter2' };

let server: LocalServer;
let elsewhere: LocalServer;
beforeEach(async () => {
  [server, elsewhere] = [await startServer(), await startServer()];
  server.replies = { '/v2/': json({}), [manifestUrl]: manifest() };
});
afterEach(() => {
  server.stop();
  elsewhere.stop();
});

function manifest(
  headers: Record<string, string> = { 'docker-content-digest': digest },
  content: Buffer | string = bytes,
): Reply {
  return (_, response) => response.writeHead(200, { 'content-type': mediaTypes.manifest, ...headers }).end(content);
}

/** Of no registry whose credentials this machine has. */
function open(timing = quickly()): Repository {
  const host = new URL(server.origin).host;
  return openRepository(connect({ host, isPlain: true }, { DOCKER_CONFIG: '/nonexistent' }, timing), 'acme/x');
}

/** As GHCR: with its credentials from the environment, though it is here. */
function openGhcr(timing = quickly(), env: NodeJS.ProcessEnv = login): Repository {
  const registry = connect({ host: 'ghcr.io', isPlain: false }, env, timing);
  return openRepository({ ...registry, origin: server.origin }, 'acme/x');
}

function bearer(realm = `${server.origin}/token`): Reply {
  return status(401, {
    'www-authenticate': `Bearer realm="${realm}",service="here",scope="repository:user/image:pull"`,
  });
}

/** Answers those who show a token, and says to all others where one is to be had. */
function guarded(answer: Reply, token = 'abc'): Reply {
  return (request, response) =>
    (request.headers.authorization === `Bearer ${token}` ? answer : bearer())(request, response);
}

function requests(of = server): string[] {
  return of.asked.map(({ method, url, headers }) => `${method} ${url} ${headers.authorization ?? ''}`.trim());
}

describe('who asks', () => {
  it('is nobody, where nobody is asked for', async () => {
    expect(await getManifest(open(), '3.14t')).toMatchObject({ digest, mediaType: mediaTypes.manifest, bytes });
    expect(requests()).toEqual(['GET /v2/', `GET ${manifestUrl}`]);
  });

  it('shows a token, which is asked for first and once', async () => {
    server.replies = { '/v2/': bearer(), [tokenUrl]: json({ token: 'abc' }), [manifestUrl]: guarded(manifest()) };
    const repository = openGhcr();
    await Promise.all([getManifest(repository, '3.14t'), getManifest(repository, '3.14t')]);
    expect(await getManifest(repository, '3.15t')).toBeUndefined();
    expect(requests().slice(0, 3)).toEqual([
      'GET /v2/',
      `GET ${tokenUrl} Basic YWRhOmh1bnRlcjI=`,
      `GET ${manifestUrl} Bearer abc`,
    ]);
    expect(repository.registry.requests).toBe(5);
  });

  it('asks for the right to write only where it writes', async () => {
    const pushUrl = tokenUrl.replace('pull', 'pull%2Cpush');
    server.replies = {
      '/v2/': bearer(),
      [pushUrl]: json({ access_token: 'abc' }),
      [`PUT ${manifestUrl}`]: guarded(status(201)),
    };
    expect(await putManifest(openGhcr(), { bytes, mediaType: mediaTypes.manifest }, '3.14t')).toBe(digest);
  });

  it('is whom it belongs to, where a token alone is known', async () => {
    server.replies['/v2/'] = status(401, { 'www-authenticate': 'Basic realm="x"' });
    await getManifest(openGhcr(quickly(), { CI_TOKEN: 'hunter2' }), '3.14t');
    expect(requests().at(-1)).toBe(`GET ${manifestUrl} Basic ${Buffer.from('acme:hunter2').toString('base64')}`);
  });

  it('shows user and password where that is asked for', async () => {
    server.replies['/v2/'] = status(401, { 'www-authenticate': 'Basic realm="x"' });
    await getManifest(openGhcr(), '3.14t');
    expect(requests().at(-1)).toBe(`GET ${manifestUrl} Basic YWRhOmh1bnRlcjI=`);
  });

  it('gets a new token when the old one has expired, by the clock or midway', async () => {
    server.replies = {
      '/v2/': bearer(),
      [tokenUrl]: [json({ token: 'abc' }), json({ token: 'def', expires_in: 0 }), json({ token: 'ghi' })],
      [manifestUrl]: [
        guarded(manifest()),
        guarded(manifest(), 'def'),
        guarded(manifest(), 'def'),
        guarded(manifest(), 'ghi'),
      ],
    };
    const repository = openGhcr();
    for (let times = 0; times < 3; times += 1) {
      expect(await getManifest(repository, '3.14t')).toMatchObject({ digest });
    }
    expect(requests().filter((line) => line.includes('/token'))).toHaveLength(3);
  });

  it('is asked at a repository, though not at the door', async () => {
    server.replies = { '/v2/': json({}), [tokenUrl]: json({ token: 'abc' }), [manifestUrl]: guarded(manifest()) };
    expect(await getManifest(openGhcr(), '3.14t')).toMatchObject({ digest });
  });

  it.each([401, 403])('and is refused a token with %d: nothing is known then, and nobody asks again', async (code) => {
    server.replies = { '/v2/': bearer(), [tokenUrl]: status(code) };
    const repository = open();
    const message = new RegExp(`answered ${code} to a token for .*/acme/x.*No credentials were found`);
    await expect(getManifest(repository, '3.14t')).rejects.toThrow(message);
    await expect(getManifest(repository, '3.15t')).rejects.toThrow(message);
    expect(requests()).toHaveLength(2);
  });

  it('is refused though a token was given: an error, and never "absent"', async () => {
    server.replies = { '/v2/': bearer(), [tokenUrl]: json({ token: 'abc' }), [manifestUrl]: status(403) };
    await expect(getManifest(openGhcr(), '3.14t')).rejects.toThrow('come from GHCR_USERNAME and CI_TOKEN. Check that');
  });

  it('is told to nobody but the registry', async () => {
    server.replies['/v2/'] = bearer('https://evil.example/token');
    await expect(getManifest(openGhcr(), '3.14t')).rejects.toThrow('refers to evil.example for a token');
    server.replies = {
      '/v2/': status(401, { 'www-authenticate': 'Basic realm="x"' }),
      [`/v2/acme/x/blobs/${digest}`]: status(307, { location: `${elsewhere.origin}/signed?key=1` }),
      'POST /v2/acme/x/blobs/uploads/': status(202, { location: `${elsewhere.origin}/upload?state=1` }),
    };
    elsewhere.replies = {
      '/signed?key=1': manifest({}),
      [`/upload?state=1&digest=${encodeURIComponent(other)}`]: status(201),
    };
    expect(await getBlob(openGhcr(), { digest, size: bytes.length })).toEqual(bytes);
    expect(await putBlob(openGhcr(), Buffer.from('other'))).toBe(other);
    expect(requests(elsewhere)).toEqual(['GET /signed?key=1', expect.stringMatching(/^PUT \/upload\S+$/)]);
  });
});

describe('an odd answer is an error, never "absent" and never believed:', () => {
  it.each<{ what: string; reply: Reply; message: string }>([
    {
      what: 'a web page',
      reply: manifest({ 'content-type': 'text/html; charset=utf-8' }, '<html>'),
      message: 'is not a manifest but text/html',
    },
    {
      what: 'other bytes than named',
      reply: manifest({ 'docker-content-digest': other }),
      message: 'does not match its digest',
    },
    {
      what: 'a manifest of another shape',
      reply: manifest({}, '{"schemaVersion":2,"layers":1}'),
      message: 'does not follow the image specification',
    },
    {
      what: 'a manifest that breaks off',
      reply: manifest({}, bytes.subarray(0, 20)),
      message: 'does not follow the image specification',
    },
    { what: 'no content', reply: status(204), message: 'answered 204' },
    { what: 'gone for good', reply: status(410), message: 'answered 410' },
  ])('$what', async ({ reply, message }) => {
    server.replies[manifestUrl] = reply;
    await expect(getManifest(open(), '3.14t')).rejects.toThrow(message);
  });

  it('a manifest without end, and a blob that is longer than its descriptor says', async () => {
    const [manifestSent, blobSent] = [{ mebibytes: 0 }, { mebibytes: 0 }];
    server.replies[manifestUrl] = endless(manifestSent, { 'content-type': mediaTypes.manifest });
    server.replies[`/v2/acme/x/blobs/${digest}`] = endless(blobSent);
    await expect(getManifest(open(), '3.14t')).rejects.toThrow('sends more than the limit of 4 MiB');
    await expect(getBlob(open(), { digest, size: 20 })).rejects.toThrow('sends more than the limit of 20 bytes');
    await expect(getBlob(open(), { digest, size: 2 ** 40 })).rejects.toThrow('sends more than the limit of 32 MiB');
    expect(Math.max(manifestSent.mebibytes, blobSent.mebibytes - 32)).toBeLessThan(4 + 32);
  });

  it('tags without end', async () => {
    const more = (count: number): string => `</v2/acme/x/tags/list?n=1000&last=${count}>; rel="next"`;
    server.replies = new Proxy(server.replies, {
      get: (_, path) => {
        const count = Number(/last=(\d+)$/.exec(String(path))?.[1] ?? 0) + 1;
        const isList = String(path).startsWith('/v2/acme/x/tags/list');
        const page = isList ? json({ tags: [`t${count}`] }, { link: more(count) }) : undefined;
        return path === '/v2/' ? json({}) : page;
      },
    });
    await expect(listTags(open())).rejects.toThrow(/is a page of an endless list: 500 pages/);
  });

  it('other bytes than were asked for by digest', async () => {
    server.replies[`/v2/acme/x/manifests/${other}`] = manifest({});
    server.replies[`/v2/acme/x/blobs/${other}`] = manifest({});
    await expect(getManifest(open(), other)).rejects.toThrow(`expected ${other}, got ${digest}`);
    await expect(getBlob(open(), { digest: other, size: bytes.length })).rejects.toThrow('does not match its digest');
  });

  it('a HEAD without a digest, and a PUT that was taken for something else', async () => {
    server.replies[`HEAD ${manifestUrl}`] = status(200);
    server.replies[`PUT ${manifestUrl}`] = status(201, { 'docker-content-digest': other });
    await expect(headManifest(open(), '3.14t')).rejects.toThrow('came without its digest');
    await expect(putManifest(open(), { bytes, mediaType: mediaTypes.manifest }, '3.14t')).rejects.toThrow(
      'does not match',
    );
  });

  it.each([
    { door: status(404), message: 'answered 404: .* is not a registry' },
    {
      door: manifest({ 'content-type': 'text/html' }, '<html>'),
      message: 'answered 200 and a web page: .* is not a registry',
    },
    { door: status(401), message: 'answered 401: .* is not a registry' },
    { door: status(503), message: 'answered 503 .*Try again later' },
  ])('at the door: $message', async ({ door, message }) => {
    server.replies = { '/v2/': door };
    await expect(getManifest(open(), '3.14t')).rejects.toThrow(new RegExp(message));
  });

  it('a token that is none', async () => {
    server.replies = { '/v2/': bearer(), [tokenUrl]: json({ token: 'a\nb' }) };
    await expect(getManifest(open(), '3.14t')).rejects.toThrow(
      'did not answer as documented to the request for a token',
    );
  });

  it('a list of tags or referrers of another shape', async () => {
    server.replies['/v2/acme/x/tags/list?n=1000'] = json({ tag: [] });
    server.replies[`/v2/acme/x/referrers/${digest}`] = json({ manifests: [] });
    await expect(listTags(open())).rejects.toThrow(
      'the list of tags of .* is not as documented'.replace('.*', `${new URL(server.origin).host}/acme/x`),
    );
    await expect(listReferrers(open(), digest)).rejects.toThrow('is not a manifest but application/json');
  });
});

describe.each(faults.filter(({ what }) => !/HTML|shape/.test(what)))('when it $what', ({ reply, tries, timeoutMs }) => {
  it('that is an error, after it was asked as often as makes sense', async () => {
    server.replies[manifestUrl] = reply;
    await expect(getManifest(open(quickly(timeoutMs)), '3.14t')).rejects.toMatchObject({ name: 'UpstreamError' });
    expect(server.asked.filter(({ url }) => url === manifestUrl)).toHaveLength(tries);
  });
});

it('waits as GHCR says in the message of a 429, and asks again', async () => {
  const limited: Reply = (_, response) =>
    response.writeHead(429).end('{"errors":[{"message":"retry-after: 2.5s, allowed: 1/m"}]}');
  server.replies[manifestUrl] = [limited, manifest()];
  const timing = quickly();
  expect(await getManifest(open(timing), '3.14t')).toMatchObject({ digest });
  expect(timing.waits).toEqual([3000]);
});

it('asks a bounded number of questions at once', async () => {
  let [now, most] = [0, 0];
  server.replies[manifestUrl] = (request, response) => {
    most = Math.max(most, (now += 1));
    setTimeout(() => {
      now -= 1;
      manifest()(request, response);
    }, 10);
  };
  const repository = open();
  await Promise.all(Array.from({ length: 40 }, () => getManifest(repository, '3.14t')));
  expect(most).toBe(8);
});

it('tells what is not there from what is', async () => {
  server.replies[`HEAD ${manifestUrl}`] = status(200, { 'docker-content-digest': digest });
  expect(await headManifest(open(), '3.14t')).toBe(digest);
  expect(await headManifest(open(), '3.15t')).toBeUndefined();
  expect(await hasBlob(open(), digest)).toBe(false);
  expect(await listTags(open())).toEqual([]);
  expect(await listReferrers(open(), digest)).toEqual([]);
});

it('reads tags page by page, also where a list is cut without a word', async () => {
  const page = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `t${from + index}`);
  const next = { link: '</v2/acme/x/tags/list?n=1000&last=t2>; rel="next"' };
  server.replies['/v2/acme/x/tags/list?n=1000'] = json({ tags: page(0, 3) }, next);
  server.replies['/v2/acme/x/tags/list?n=1000&last=t2'] = json({ tags: page(3, 1000) });
  server.replies['/v2/acme/x/tags/list?n=1000&last=t1002'] = json({ tags: page(1003, 2) });
  expect(await listTags(open())).toEqual(page(0, 1005));
});

it('follows a list neither to another server nor in a circle', async () => {
  const list = '/v2/acme/x/tags/list?n=1000';
  for (const link of [`${elsewhere.origin}${list}`, list, '/v2/other/tags/list']) {
    server.replies[list] = json({ tags: ['a'] }, { link: `<${link}>; rel="next"` });
    await expect(listTags(open())).rejects.toThrow('as its next page');
  }
});

it('sends a blob from the start again when it broke off, and not at all when it is there', async () => {
  const blob = Buffer.from('other');
  const target = `PUT /up/2?digest=${encodeURIComponent(other)}`;
  server.replies['POST /v2/acme/x/blobs/uploads/'] = [
    status(202, { location: '/up/1' }),
    status(202, { location: '/up/2' }),
  ];
  server.replies[target.replace('2?', '1?')] = (request) => request.destroy();
  server.replies[target] = status(201);
  expect(await putBlob(open(), blob)).toBe(other);
  server.replies = { '/v2/': json({}), [`HEAD /v2/acme/x/blobs/${other}`]: status(200) };
  expect(await putBlob(open(), blob)).toBe(other);
  expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(2);
});

it.each([
  { code: 202, deleted: true },
  { code: 404, deleted: false },
])('a delete that answers $code is fine', async ({ code, deleted }) => {
  server.replies[`DELETE /v2/acme/x/manifests/${digest}`] = status(code);
  expect(await deleteManifest(open(), digest)).toBe(deleted);
});

it('a delete that is not allowed is an error', async () => {
  server.replies[`DELETE /v2/acme/x/manifests/${digest}`] = status(405);
  await expect(deleteManifest(open(), digest)).rejects.toThrow(`answered 405 to a DELETE of the manifest ${digest}`);
});

describe('an attachment', () => {
  const subject = { digest, mediaType: mediaTypes.manifest, bytes };
  const type = 'application/vnd.pysan.report.v1+json';
  const tag = `/v2/acme/x/manifests/${digest.replace(':', '-')}`;
  /** Keeps what is put under the fallback tag, after `lost` others were thrown away. */
  const index = (lost: number): Reply[] => {
    let kept = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] }));
    let writes = 0;
    return [
      (request, response) => {
        if (request.method === 'GET') {
          response.writeHead(200, { 'content-type': mediaTypes.index }).end(kept);
          return;
        }
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
          kept = (writes += 1) > lost ? Buffer.concat(parts) : kept;
          response.writeHead(201).end();
        });
      },
    ];
  };

  function serve(replies: LocalServer['replies']): void {
    const takes: Reply = status(201);
    server.replies = new Proxy(replies, {
      get: (all, key: string) =>
        all[key] ??
        (key.startsWith('HEAD /v2/acme/x/blobs/')
          ? status(200)
          : key.startsWith('PUT /v2/acme/x/manifests/sha256:')
            ? takes
            : undefined),
    });
  }

  it.each([0, 1, 3])('is entered under the fallback tag, though others overwrite it %d times', async (lost) => {
    serve({ '/v2/': json({}), [tag]: index(lost) });
    const made = await attach(open(), subject, type, Buffer.from('{}'), new Date(0));
    const annotations = { 'org.opencontainers.image.created': '1970-01-01T00:00:00.000Z' };
    expect(await listReferrers(open(), digest)).toEqual([{ digest: made, artifactType: type, annotations }]);
  });

  it('does not cost others their place where the list lags behind for a moment', async () => {
    const [keep] = index(0);
    let [reads, lagsAt] = [0, NaN];
    const lagging: Reply = (request, response) => {
      reads += request.method === 'GET' ? 1 : 0;
      if (request.method === 'GET' && reads === lagsAt) {
        response.writeHead(404).end();
      } else {
        keep?.(request, response);
      }
    };
    serve({ '/v2/': json({}), [tag]: lagging });
    const first = await attach(open(), subject, type, Buffer.from('{}'), new Date(0));
    // The second look of the next one: behind its first write.
    lagsAt = reads + 2;
    const second = await attach(open(), subject, type, Buffer.from('{}'), new Date(1));
    const listed = await listReferrers(open(), digest);
    expect(listed.map((it) => it.digest).toSorted()).toEqual([first, second].toSorted());
  });

  it('that is overwritten for ever is an error', async () => {
    serve({ '/v2/': json({}), [tag]: index(99) });
    await expect(attach(open(), subject, type, Buffer.from('{}'), new Date(0))).rejects.toThrow(
      'Another publisher is writing to',
    );
  });

  it('keeps those that were made at the same time', async () => {
    serve({ '/v2/': json({}), [tag]: index(0) });
    const repository = open();
    const made = [1, 2, 3].map((day) => attach(repository, subject, type, Buffer.from('{}'), new Date(day)));
    const digests = (await listReferrers(repository, digest).then(() => Promise.all(made))).toSorted();
    expect((await listReferrers(repository, digest)).map((it) => it.digest).toSorted()).toEqual(digests);
  });

  it('is entered by the registry where that says so', async () => {
    serve({ '/v2/': json({}) });
    const takes = status(201, { 'oci-subject': digest });
    server.replies = new Proxy(server.replies, {
      get: (all, key: string) => (key.startsWith('PUT ') ? takes : all[key]),
    });
    await attach(open(), subject, type, Buffer.from('{}'), new Date(0));
    expect(requests().filter((line) => line.includes('sha256-'))).toEqual([]);
  });
});
