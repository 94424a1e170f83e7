import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { isReachable, isThere } from './http.ts';
import { findIndexUrl, findLibraryRelease } from './package-index.ts';
import { findCpythonRelease } from './python-org.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let origin: string;
let answers: Record<string, Answer>;

beforeEach(async () => {
  answers = {};
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ''] ?? status(404);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function json(value: unknown): Answer {
  return (_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
}

function status(code: number): Answer {
  return (_, response) => response.writeHead(code).end('<html>not here</html>');
}

const truncated: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': '1000' }).write('[{"name"');
  setTimeout(() => response.destroy(), 20);
};

describe('python.org', () => {
  const list = '/api/v2/downloads/release/?is_published=true&version=3';
  const files = '/api/v2/downloads/release_file/?release=1094';
  const releases = [
    { name: 'Python 3.9.1', resource_uri: 'https://example.org/api/v2/downloads/release/500/' },
    { name: 'Python 3.14.4', resource_uri: 'https://example.org/api/v2/downloads/release/1094/' },
  ];
  const tarball = { url: 'https://example.org/ftp/python/3.14.4/Python-3.14.4.tar.xz', sha256_sum: 'a'.repeat(64) };

  it('finds a release, its tarball and the sha256', async () => {
    answers = {
      [list]: json(releases),
      [files]: json([{ url: 'https://example.org/x.exe', sha256_sum: 'b' }, tarball]),
    };
    expect(await findCpythonRelease('3.14.4', origin)).toEqual({ version: '3.14.4', sha256: 'a'.repeat(64) });
  });

  it.each([
    { what: 'does not know', list: json([]), files: json([]) },
    { what: 'has no tarball of', list: json(releases), files: json([]) },
    { what: 'has no sha256 of', list: json(releases), files: json([{ ...tarball, sha256_sum: '' }]) },
  ])('says "no such release" for one that it $what', async (answer) => {
    answers = { [list]: answer.list, [files]: answer.files };
    expect(await findCpythonRelease('3.14.4', origin)).toBeUndefined();
  });

  it.each([
    { what: 'is down', answer: status(503), message: /answered 503/ },
    { what: 'limits requests', answer: status(429), message: /answered 429/ },
    {
      what: 'answers HTML',
      answer: (_: unknown, response: ServerResponse) => response.end('<html>'),
      message: /not answer as documented: <html>/,
    },
    { what: 'answers another shape', answer: json({ releases: [] }), message: /not answer as documented/ },
    { what: 'breaks off', answer: truncated, message: /broke off/ },
  ])('is an error, never "no such release", when it $what', async ({ answer, message }) => {
    answers = { [list]: answer };
    await expect(findCpythonRelease('3.14.4', origin)).rejects.toThrow(message);
  });

  it('is an error when nobody answers', async () => {
    await expect(findCpythonRelease('3.14.4', 'http://127.0.0.1:1')).rejects.toThrow('127.0.0.1:1 cannot be reached');
  });
});

describe('the package index', () => {
  const sdist = { filename: 'numpy-2.4.5.tar.gz', hashes: { sha256: 'c'.repeat(64) }, yanked: false };
  const wheels = ['cp313-cp313', 'cp313-cp313t', 'cp314-cp314t'].flatMap((tag) =>
    ['manylinux_2_28_x86_64', 'win_amd64'].map((platform) => ({
      filename: `numpy-2.4.5-${tag}-${platform}.whl`,
      hashes: {},
    })),
  );

  it('finds an sdist and the Python tags that have wheels', async () => {
    const other = { filename: 'numpy-2.4.50-cp315-cp315-win_amd64.whl', hashes: {} };
    answers = { '/simple/numpy/': json({ files: [other, ...wheels, sdist] }) };
    expect(await findLibraryRelease('numpy', '2.4.5', `${origin}/simple/`)).toEqual({
      version: '2.4.5',
      sha256: 'c'.repeat(64),
      file: 'numpy-2.4.5.tar.gz',
      pythonTags: ['3.13', '3.13t', '3.14t'],
    });
  });

  it.each([
    { what: 'is absent', files: wheels },
    { what: 'was yanked', files: [...wheels, { ...sdist, yanked: 'compatibility bug' }] },
    { what: 'has no wheels yet', files: [sdist] },
  ])('says "no such release" when the sdist $what', async ({ files }) => {
    answers = { '/simple/numpy/': json({ files }) };
    expect(await findLibraryRelease('numpy', '2.4.5', `${origin}/simple`)).toBeUndefined();
  });

  it('is the one of the environment, before pip is asked', async () => {
    expect(await findIndexUrl({ PIP_INDEX_URL: 'https://index.example/simple' })).toBe('https://index.example/simple');
  });
});

describe('asking whether something is there', () => {
  it('tells presence, absence and failure apart', async () => {
    answers = { '/there': json({}), '/failing': status(500) };
    expect(await isThere(`${origin}/there`, 1000)).toBe(true);
    expect(await isThere(`${origin}/absent`, 1000)).toBe(false);
    await expect(isThere(`${origin}/failing`, 1000)).rejects.toThrow('answered 500');
  });

  it('takes any answer for reachable, and silence for unreachable', async () => {
    answers = { '/failing': status(500), '/silent': () => undefined };
    expect(await isReachable(`${origin}/failing`, 1000)).toBe(true);
    expect(await isReachable(`${origin}/silent`, 50)).toBe(false);
    expect(await isReachable('http://127.0.0.1:1', 1000)).toBe(false);
  });
});
