import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Inventory } from '@pysan/registry';
import { faults, json, type LocalServer, startServer, status } from '@pysan/testing/local-server';

import { openGitHub } from './client.ts';
import { ghcrInventories } from './packages.ts';

const base = '/orgs/acme/packages/container/numpy-tsan/versions';
const digest = (digit: number): string => `sha256:${String(digit).repeat(64)}`;
const version = (id: number, tags: readonly string[]): object => ({
  id,
  name: digest(id),
  created_at: '2026-11-25T12:00:00Z',
  metadata: { package_type: 'container', container: { tags } },
});

let server: LocalServer;
beforeEach(async () => {
  server = await startServer();
  const next = { link: `<${server.origin}${base}?per_page=100&page=2>; rel="next"` };
  server.replies = {
    '/users/acme': json({ type: 'Organization' }),
    [`${base}?per_page=100`]: json([version(1, ['3.14t', '3.14.3t']), version(2, [])], next),
    [`${base}?per_page=100&page=2`]: json([version(3, ['llvm21'])]),
  };
});
afterEach(() => server.stop());

function open(repository = 'acme/numpy-tsan', timeoutMs?: number): Inventory {
  const access = { apiUrl: server.origin, token: 'abc', tokenName: 'CI_TOKEN', msPerSecond: 1 };
  return ghcrInventories(openGitHub({ ...access, ...(timeoutMs === undefined ? {} : { timeoutMs }) }))(repository);
}

it('lists every version of all pages, untagged ones too', async () => {
  const arrived = '2026-11-25T12:00:00Z';
  expect(await open().list()).toEqual([
    { digest: digest(1), tags: ['3.14t', '3.14.3t'], arrived },
    { digest: digest(2), tags: [], arrived },
    { digest: digest(3), tags: ['llvm21'], arrived },
  ]);
  expect(server.asked.every(({ headers }) => headers.authorization === 'token abc')).toBe(true);
});

it("knows a user's packages from those of an organisation, and a name with a slash", async () => {
  server.replies['/users/ada'] = json({ type: 'User' });
  server.replies['/users/ada/packages/container/tools%2Fx/versions?per_page=100'] = json([]);
  expect(await open('ada/tools/x').list()).toEqual([]);
});

it('asks once what the owner of all repositories is', async () => {
  const other = '/orgs/acme/packages/container/scipy-tsan/versions';
  server.replies[`${other}?per_page=100`] = json([version(1, [])]);
  server.replies[`DELETE ${base}/3`] = status(204);
  server.replies[`DELETE ${other}/1`] = status(204);
  const inventoryOf = ghcrInventories(
    openGitHub({ apiUrl: server.origin, token: 'abc', tokenName: 'CI_TOKEN', msPerSecond: 1 }),
  );
  const [numpy, scipy] = [inventoryOf('acme/numpy-tsan'), inventoryOf('acme/scipy-tsan')];
  await Promise.all([numpy.list(), scipy.list()]);
  expect([await numpy.remove(digest(3), []), await scipy.remove(digest(1), [])]).toEqual(['removed', 'removed']);
  expect(server.asked.filter(({ url }) => url === '/users/acme')).toHaveLength(1);
});

it('deletes by digest', async () => {
  server.replies[`DELETE ${base}/3`] = status(204);
  expect(await open().remove(digest(3), [])).toBe('removed');
  expect(await open().remove(digest(4), [])).toBe('gone');
});

it('takes 404 to a delete for "gone" only when it is gone', async () => {
  expect(await open().remove(digest(3), [])).toBe('gone');
  server.replies[`GET ${base}/3`] = json(version(3, []));
  await expect(open().remove(digest(3), [])).rejects.toThrow('lacks delete:packages, or the Admin role');
});

function answerDelete(status: number, message: string): void {
  server.replies[`DELETE ${base}/3`] = (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

it.each([
  'Publicly visible package versions with more than 5000 downloads cannot be deleted.',
  'You cannot delete the last tagged version of a package. You must delete the package instead.',
])('knows what GitHub keeps for good: %s', async (message) => {
  answerDelete(400, message);
  expect(await open().remove(digest(3), [])).toEqual({ kept: `GitHub keeps it: ${message}` });
});

it.each([
  [400, 'Problems parsing JSON'],
  [403, 'This has more than 5000 downloads'],
])('says what GitHub says with %d, %s', async (code, message) => {
  answerDelete(code, message);
  await expect(open().remove(digest(3), [])).rejects.toThrow(
    new RegExp(`acme/numpy-tsan@${digest(3)}: GitHub answered ${code} to DELETE .*${message}`),
  );
});

it('never takes 404 for "nothing there"', async () => {
  server.replies = { '/users/acme': json({ type: 'Organization' }) };
  await expect(open().list()).rejects.toThrow('or the token (CI_TOKEN) lacks read:packages');
});

it.each(faults)('when GitHub $what, that is an error', async ({ reply, message, timeoutMs }) => {
  server.replies[`${base}?per_page=100&page=2`] = reply;
  await expect(open('acme/numpy-tsan', timeoutMs).list()).rejects.toThrow(message);
});
