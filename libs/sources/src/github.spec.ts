import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { faults, json, type LocalServer, quickly, startServer, status } from '@pysan/testing/local-server';

import { findGitHub, listGitHubReleases } from './github.ts';

const url = '/repos/numpy/numpy/releases?per_page=100';
const secondUrl = '/repositories/908607/releases?per_page=100&page=2';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

function release(tag: string, { draft = false, prerelease = false } = {}): object {
  return { tag_name: tag, draft, prerelease };
}

it('reads all pages; leaves out drafts and what is no release number', async () => {
  const next = `<${server.origin}${secondUrl}>; rel="next", <${server.origin}${secondUrl}>; rel="last"`;
  const first = [release('v2.4.6'), release('v2.6.0', { draft: true }), release('v2.5.0rc1', { prerelease: true })];
  server.replies = {
    [url]: json(first, { link: next }),
    [secondUrl]: json([release('v2.5.0.dev0'), release('nightly'), release('1.18.0rc2'), release('v2.5.5')]),
  };
  expect(await listGitHubReleases('numpy/numpy', server)).toEqual([
    { tag: 'v2.4.6', version: '2.4.6', preRelease: false },
    { tag: 'v2.5.0rc1', version: '2.5.0rc1', preRelease: true },
    { tag: 'v2.5.0.dev0', version: '2.5.0.dev0', preRelease: true },
    { tag: '1.18.0rc2', version: '1.18.0rc2', preRelease: true },
    { tag: 'v2.5.5', version: '2.5.5', preRelease: false },
  ]);
});

it('takes the word of upstream that a release is none yet, whatever its number', async () => {
  server.replies = { [url]: json([release('v3.0.0', { prerelease: true })]) };
  expect(await listGitHubReleases('numpy/numpy', server)).toEqual([
    { tag: 'v3.0.0', version: '3.0.0', preRelease: true },
  ]);
});

it('tells a repository without releases from one that does not exist', async () => {
  server.replies = { [url]: json([]) };
  expect(await listGitHubReleases('numpy/numpy', server)).toEqual([]);
  expect(await listGitHubReleases('numpy/absent', server)).toBeUndefined();
});

describe.each(faults)('when GitHub $what', ({ reply, message, tries, timeoutMs }) => {
  it('it is an error, never "no release"', async () => {
    server.replies = { [url]: reply };
    const site = { origin: server.origin, timing: quickly(timeoutMs) };
    await expect(listGitHubReleases('numpy/numpy', site)).rejects.toThrow(message);
    expect(server.asked).toHaveLength(tries);
  });
});

describe('the token', () => {
  const token = 'ghp_secret';
  const { authorization } = findGitHub({ GITHUB_TOKEN: token });

  it('is sent, and only when there is one', async () => {
    server.replies = { [url]: json([]) };
    await listGitHubReleases('numpy/numpy', { ...server, authorization });
    await listGitHubReleases('numpy/numpy', server);
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${token}`, undefined]);
    expect([{}, { GITHUB_TOKEN: '' }].map((env) => findGitHub(env).authorization)).toEqual([undefined, undefined]);
  });

  it('stands in no message, and a bad one is named by what it is', async () => {
    server.replies = { [url]: status(401) };
    const error = await listGitHubReleases('numpy/numpy', { ...server, authorization }).catch((it: unknown) => it);
    const shown = inspect(error, { depth: 9, showHidden: true });
    expect(shown).toMatch(/refuses the token or password of the environment/);
    expect(shown).not.toContain(token);
  });

  it('goes to no other server', async () => {
    const other = await startServer();
    server.replies = { [url]: status(302, { location: `${other.origin}/elsewhere` }) };
    other.replies = { '/elsewhere': json([]) };
    await listGitHubReleases('numpy/numpy', { ...server, authorization });
    other.stop();
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('is what helps against the limit of requests', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 1800) };
    server.replies = { [url]: status(403, headers) };
    await expect(listGitHubReleases('numpy/numpy', server)).rejects.toThrow(
      /403: it limits requests\. Try again after \S+Z\. A GITHUB_TOKEN in the environment raises the limit\./,
    );
  });
});
