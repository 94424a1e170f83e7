import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { faults, json, type LocalServer, quickly, type Reply, startServer, status } from '@pysan/testing/local-server';

import { findImageDigest } from './docker-hub.ts';

const digest = `sha256:${'d'.repeat(64)}`;
const manifest = '/v2/library/debian/manifests/trixie-slim';
const token = '/token?scope=repository%3Alibrary%2Fdebian%3Apull&service=registry';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer();
  server.replies = { '/v2/': challenge(json({})), [token]: json({ token: 'anonymous' }) };
});
afterEach(() => server.stop());

/** As Docker Hub does: a request without a token is told where one is to be had. */
function challenge(answer: Reply): Reply {
  return (request, response) => {
    const header = `Bearer realm="${server.origin}/token",service="registry"`;
    const isAsked = request.headers.authorization === 'Bearer anonymous';
    (isAsked ? answer : status(401, { 'www-authenticate': header }))(request, response);
  };
}

function find(timeoutMs?: number): ReturnType<typeof findImageDigest> {
  return findImageDigest('debian:trixie-slim', { origin: server.origin, timing: quickly(timeoutMs) });
}

it('finds the digest of the list of platforms, with an anonymous token', async () => {
  server.replies[manifest] = challenge(status(200, { 'docker-content-digest': digest }));
  expect(await find()).toBe(digest);
  expect(server.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /v2/',
    `GET ${token}`,
    `HEAD ${manifest}`,
  ]);
  expect(server.asked[2]?.headers.accept).toContain('application/vnd.oci.image.index.v1+json');
});

it('says "no such tag" only when a request with a token was answered so', async () => {
  server.replies[manifest] = challenge(status(404));
  expect(await find()).toBeUndefined();
});

it.each([
  { what: 'tells no digest', reply: () => challenge(status(200)), message: 'came without its digest' },
  { what: 'refuses the token', reply: () => status(401, { 'www-authenticate': 'Bearer' }), message: 'answered 401' },
])('is an error when it $what', async ({ reply, message }) => {
  server.replies[manifest] = reply();
  await expect(find()).rejects.toThrow(message);
});

// A HEAD request sees no body; the token does.
describe.each(faults)('when Docker Hub $what', ({ reply, message, tries, timeoutMs }) => {
  it('it is an error, never "no such tag"', async () => {
    server.replies[token] = reply;
    await expect(find(timeoutMs)).rejects.toThrow(message);
    expect(server.asked.filter(({ url }) => url === token)).toHaveLength(tries);
  });
});
