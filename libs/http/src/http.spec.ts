import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { fetchBytes, fetchJson, fetchPages, fetchSha256, isReachable, isThere } from './http.ts';
import {
  bytes,
  endless,
  json,
  type LocalServer,
  quickly,
  type Reply,
  startServer,
  status,
  truncated,
} from '@pysan/testing/local-server';

const list = z.array(z.number());

let server: LocalServer;

beforeEach(async () => {
  server = await startServer();
});

afterEach(() => server.stop());

function serve(replies: Record<string, Reply | Reply[]>): void {
  server.replies = replies;
}

describe('asking again', () => {
  it('gets through a short outage, and waits longer each time', async () => {
    const timing = quickly();
    serve({ '/list': [status(503), truncated, status(429, { 'retry-after': '5' }), json([1])] });
    expect(await fetchJson(`${server.origin}/list`, list, { timing })).toEqual([1]);
    expect(timing.waits).toEqual([1000, 2000, 5000]);
  });

  it.each([400, 401, 403, 410, 422])('makes no sense after %d', async (code) => {
    const timing = quickly();
    serve({ '/list': [status(code), json([1])] });
    await expect(fetchJson(`${server.origin}/list`, list, { timing })).rejects.toThrow(`answered ${code}`);
    expect({ waits: timing.waits, asked: server.asked.length }).toEqual({ waits: [], asked: 1 });
  });

  it('goes on where nobody listens: a server that starts anew does not, for a moment', async () => {
    const timing = quickly();
    await expect(fetchJson('http://127.0.0.1:1/', list, { timing })).rejects.toThrow('127.0.0.1:1 cannot be reached');
    expect(timing.waits).toEqual([1000, 2000, 4000]);
  });

  it('ends three minutes after the first failure', async () => {
    let now = 0;
    serve({ '/list': Array.from({ length: 4 }, () => status(503, { 'retry-after': '50' })) });
    const sleep = (ms: number): Promise<void> => {
      now += ms + 50_000;
      return Promise.resolve();
    };
    const timing = { ...quickly(), sleep, now: () => now };
    await expect(fetchJson(`${server.origin}/list`, list, { timing })).rejects.toThrow('answered 503');
    expect(server.asked).toHaveLength(3);
  });
});

describe('pages', () => {
  const link = (url: string): Record<string, string> => ({ link: `<${url}>; rel="next", </p9>; rel="last"` });

  it('are read to the last', async () => {
    serve({
      '/p1': json([1], link(`${server.origin}/p2`)),
      '/p2': json([2], link(`${server.origin}/p3`)),
      '/p3': json([3], { link: '</p1>; rel="first"' }),
    });
    expect(await fetchPages(`${server.origin}/p1`, list, {})).toEqual([1, 2, 3]);
  });

  it('lead neither to another server nor in a circle', async () => {
    serve({ '/p1': json([1], link('https://elsewhere.example/p2')) });
    await expect(fetchPages(`${server.origin}/p1`, list, {})).rejects.toThrow('names https://elsewhere.example/p2');
    serve({ '/p1': json([1], link(`${server.origin}/p1`)) });
    await expect(fetchPages(`${server.origin}/p1`, list, {})).rejects.toThrow('/p1 as its next page');
  });

  it('have an end', async () => {
    server.replies = new Proxy(server.replies, {
      get: (_, path) => {
        const page = /^\/p(\d+)$/.exec(String(path))?.[1];
        return page === undefined ? undefined : json([1], link(`${server.origin}/p${Number(page) + 1}`));
      },
    });
    await expect(fetchPages(`${server.origin}/p1`, list, {})).rejects.toThrow(/\/p500 is a page of an endless list/);
    expect(server.asked).toHaveLength(500);
  });

  it('do not take longer than a list may', async () => {
    const timing = { ...quickly(), now: () => server.asked.length * 300_001 };
    serve({ '/p1': json([1], link('/p2')), '/p2': json([2], link('/p3')), '/p3': json([3]) });
    await expect(fetchPages(`${server.origin}/p1`, list, { timing })).rejects.toThrow('2 pages in 600 s');
  });

  it('that fail make the whole list fail', async () => {
    serve({ '/p1': json([1], link(`${server.origin}/p2`)), '/p2': status(500) });
    await expect(fetchPages(`${server.origin}/p1`, list, { timing: quickly() })).rejects.toThrow('answered 500');
  });
});

it('follows a repository or file that has moved', async () => {
  serve({ '/old': status(301, { location: '/new' }), '/new': json([1]) });
  expect(await fetchJson(`${server.origin}/old`, list)).toEqual([1]);
});

it('gets a file whole, or not at all', async () => {
  serve({ '/file': bytes('content'), '/broken': truncated });
  expect((await fetchBytes(`${server.origin}/file`))?.toString()).toBe('content');
  expect(await fetchBytes(`${server.origin}/absent`)).toBeUndefined();
  await expect(fetchBytes(`${server.origin}/broken`, quickly())).rejects.toThrow('was cut off');
});

describe('an answer that is too long', () => {
  it.each<[what: string, ask: (url: string) => Promise<unknown>, limit: number]>([
    ['JSON', (url) => fetchJson(url, list), 32],
    ['a file of 3 MiB at most', (url) => fetchBytes(url, undefined, 3 * 2 ** 20), 3],
  ])('is not read to its end: %s', async (_, ask, limit) => {
    const sent = { mebibytes: 0 };
    serve({ '/endless': endless(sent) });
    await expect(ask(`${server.origin}/endless`)).rejects.toThrow(`sends more than the limit of ${limit} MiB`);
    // What both sides hold back on the way counts as sent.
    expect(sent.mebibytes).toBeLessThan(limit + 16);
    expect(server.asked).toHaveLength(1);
  });

  it('is not read at all where it says how long it is', async () => {
    serve({ '/long': (_, response) => response.writeHead(200, { 'content-length': String(2 ** 40) }).flushHeaders() });
    await expect(fetchBytes(`${server.origin}/long`, quickly(100))).rejects.toThrow(
      'sends more than the limit of 512 MiB',
    );
  });
});

it('computes a sha256 without keeping the file', async () => {
  serve({ '/file': bytes('content') });
  expect(await fetchSha256(`${server.origin}/file`)).toBe(
    'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73',
  );
  expect(await fetchSha256(`${server.origin}/absent`)).toBeUndefined();
});

describe('asking whether something is there', () => {
  it('tells presence, absence and failure apart', async () => {
    serve({ '/there': json({}), '/failing': status(500) });
    expect(await isThere(`${server.origin}/there`, 1000)).toBe(true);
    expect(await isThere(`${server.origin}/absent`, 1000)).toBe(false);
    await expect(isThere(`${server.origin}/failing`, 1000)).rejects.toThrow('answered 500');
  });

  it('takes any answer for reachable, and silence for unreachable', async () => {
    serve({ '/failing': status(500), '/silent': () => undefined });
    expect(await isReachable(`${server.origin}/failing`, 1000)).toBe(true);
    expect(await isReachable(`${server.origin}/silent`, 50)).toBe(false);
    expect(await isReachable('http://127.0.0.1:1', 1000)).toBe(false);
  });
});
