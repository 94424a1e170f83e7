import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type LocalGitHub, startGitHub } from '@pysan/testing/github/local-github';
import { endless, faults, json, type LocalServer, startServer, status } from '@pysan/testing/local-server';

import { type GitHub, openGitHub } from './client.ts';
import { findLatestRelease, listReleases, listTags } from './releases.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `v1.${count - index}`);

describe('of a GitHub that answers', () => {
  let local: LocalGitHub;
  let gitHub: GitHub;
  beforeEach(async () => {
    const projects = {
      'numpy/numpy': {
        releases: [
          { tag: 'v2.6.0', draft: true },
          { tag: 'v2.5.0rc1', prerelease: true },
          { tag: 'nightly' },
          ...names(130).map((tag) => ({ tag })),
        ],
        latest: 'v1.130',
      },
      'python/cpython': { releases: [], tags: names(130) },
    };
    local = await startGitHub({ repository: 'own/pysan', tokens: [''], workflows: {}, projects, start: 0 });
    gitHub = openGitHub({ apiUrl: local.origin, token: '', tokenName: 'GITHUB_TOKEN', msPerSecond: 1 });
  });
  afterEach(() => local.stop());

  it('lists all releases, page by page, without drafts', async () => {
    const { entries = [], malformed } = (await listReleases(gitHub, 'numpy/numpy')) ?? {};
    expect(entries.slice(0, 3)).toEqual([
      { tag: 'v2.5.0rc1', preRelease: true },
      { tag: 'nightly', preRelease: false },
      { tag: 'v1.130', preRelease: false },
    ]);
    expect([entries.length, malformed]).toEqual([132, 0]);
    expect(local.asked.map(({ url }) => url.searchParams.get('page'))).toEqual([null, '2']);
  });

  it('knows what it calls the latest, and that there may be none', async () => {
    expect(await findLatestRelease(gitHub, 'numpy/numpy')).toBe('v1.130');
    expect(await findLatestRelease(gitHub, 'python/cpython')).toBeUndefined();
  });

  it('lists all tags', async () => {
    expect(await listTags(gitHub, 'python/cpython')).toEqual({ entries: names(130), malformed: 0 });
  });

  it('tells a repository without releases from one that does not exist', async () => {
    expect(await listReleases(gitHub, 'python/cpython')).toEqual({ entries: [], malformed: 0 });
    expect(await listReleases(gitHub, 'numpy/absent')).toBeUndefined();
    expect(await listTags(gitHub, 'numpy/absent')).toBeUndefined();
  });

  it('is asked by one version of its API', async () => {
    await listReleases(gitHub, 'numpy/numpy');
    expect(new Set(local.asked.map(({ apiVersion }) => apiVersion))).toEqual(new Set(['2026-03-10']));
  });
});

describe('of a GitHub in trouble', () => {
  const url = '/repos/numpy/numpy/releases?per_page=100';
  const token = 'ghp_secret';
  let server: LocalServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.stop());

  function ask({ timeoutMs = 5000, as = '' } = {}): ReturnType<typeof listReleases> {
    const access = { token: as, tokenName: 'GITHUB_TOKEN', waitMax: 60, msPerSecond: 1, timeoutMs };
    return listReleases(openGitHub({ apiUrl: server.origin, ...access }), 'numpy/numpy');
  }

  // It says when it limits requests; an answer of 429 that does not say so comes from something before it.
  it.each(faults.filter(({ what }) => what !== 'limits requests for a moment'))(
    'that $what, it is an error, never "no release"',
    async ({ reply, message, tries, timeoutMs }) => {
      server.replies[url] = reply;
      await expect(ask(timeoutMs === undefined ? {} : { timeoutMs })).rejects.toThrow(message);
      expect(server.asked).toHaveLength(tries);
    },
  );

  it('passes over an entry that is malformed, and counts it', async () => {
    const good = { tag_name: 'v2.5.5', draft: false, prerelease: false };
    server.replies[url] = json([{ tag_name: 7, draft: false }, good, null]);
    expect(await ask()).toEqual({ entries: [{ tag: 'v2.5.5', preRelease: false }], malformed: 2 });
  });

  it('takes a list of nothing but malformed entries for no list', async () => {
    server.replies[url] = json([{ tag_name: 7 }]);
    await expect(ask()).rejects.toThrow('GitHub, asked for the releases of numpy/numpy, did not answer as documented');
  });

  it('takes a second page of another shape for no entry that is malformed', async () => {
    const second = '/repositories/1/releases?per_page=100&page=2';
    const good = { tag_name: 'v2.5.5', draft: false, prerelease: false };
    server.replies[url] = json([good], { link: `<${server.origin}${second}>; rel="next"` });
    server.replies[second] = json({ surprise: true });
    await expect(ask()).rejects.toThrow(/page=2 did not answer as documented/);
  });

  it('reads no answer without end', async () => {
    const sent = { mebibytes: 0 };
    server.replies[url] = endless(sent);
    await expect(ask()).rejects.toThrow('sends more than the limit of 32 MiB');
    expect(sent.mebibytes).toBeLessThan(4 * (32 + 16));
  }, 20_000);

  it('reads no list without end', async () => {
    const page = (number: number): string => `/repositories/1/releases?per_page=100&page=${number}`;
    server.replies = new Proxy(server.replies, {
      get: (_, path) => {
        const next = `${server.origin}${page(Number(/page=(\d+)$/.exec(String(path))?.[1] ?? 1) + 1)}`;
        return String(path).startsWith('/') ? json([], { link: `<${next}>; rel="next"` }) : undefined;
      },
    });
    const now = jest.spyOn(Date, 'now').mockImplementation(() => server.asked.length * 60_001);
    await expect(ask()).rejects.toThrow('is a page of an endless list');
    now.mockRestore();
    expect(server.asked.length).toBeLessThan(20);
  });

  it('sends a token when there is one, and to no other server', async () => {
    const other = await startServer();
    other.replies['/elsewhere'] = json([]);
    server.replies[url] = status(302, { location: `${other.origin}/elsewhere` });
    await ask();
    await ask({ as: token });
    other.stop();
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([undefined, `token ${token}`]);
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it('names a token that is refused by its variable, and shows it nowhere', async () => {
    server.replies[url] = status(401);
    const error = await ask({ as: token }).catch((it: unknown) => it);
    expect(inspect(error, { depth: 9, showHidden: true })).toMatch(/it refuses the token in GITHUB_TOKEN/);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(token);
  });

  it('says when to come back, and what raises the limit of requests', async () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 1800);
    server.replies[url] = status(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
    await expect(ask()).rejects.toThrow(
      /403 .*: it limits requests\. Try again after \S+Z\. A GITHUB_TOKEN in the environment raises the limit\./,
    );
    expect(server.asked).toHaveLength(1);
  });
});
