/**
 * `pysan prune` against GHCR: a registry in memory, and a GitHub that lists and deletes what that has. numpy-tsan 3.14t has
 * had many builds; only the newest is named by a tag that moves.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { type LocalGitHub, secondaryLimit, startGitHub } from '@pysan/testing/github/local-github';
import { type LocalPackages } from '@pysan/testing/github/local-packages';
import { quickly } from '@pysan/testing/local-server';
import { openGitHub } from '@pysan/github';
import { isExpected } from '@pysan/model';
import { repositoriesOf } from '@pysan/releases';
import { inputsOf, publishImage, pushImage } from '@pysan/testing/images';
import { type MemoryRegistry, openMemory, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { connect, headManifest, type Repository } from '@pysan/registry';

import { runPrune } from './prune.ts';

// Each prune makes hundreds of requests, and the machine may be busy.
jest.setTimeout(60_000);

const [reader, cleaner, guest] = ['ghp_reads', 'ghp_cleans', 'ghp_guest'];
const rights: Readonly<Record<string, ReturnType<LocalPackages['rights']>>> = {
  [reader]: ['read:packages'],
  [cleaner]: ['read:packages', 'delete:packages', 'the Admin role'],
  [guest]: ['read:packages', 'delete:packages'],
};
const policy = {
  retention: { supersededDays: 400, orphanDays: 7, promotions: { release: 1, dev: 1 } },
  pins: [],
  now: new Date('2026-11-25T12:00:00Z'),
};
const long = '2025-01-01T00:00:00.000Z';
const longer = '2024-01-01T00:00:00.000Z';
const superseded = 120;

let registry: MemoryRegistry;
let gitHub: LocalGitHub;
let packages: LocalPackages;
let numpy: Repository;
let newest: string;
/** By digest. */
let downloads: Map<string, number>;
let printed: string[];
let remarks: string[];

beforeEach(async () => {
  [registry, downloads, packages] = [await startMemoryRegistry(), new Map(), packagesOfAcme()];
  const tokens = Object.keys(rights);
  gitHub = await startGitHub({ repository: 'acme/pysan', tokens, workflows: {}, packages, start: 0 });
  numpy = openMemory(registry, 'acme/numpy-tsan');
  for (let count = 0; count < superseded; count += 1) {
    await pushImage(numpy, { inputs: inputsOf(`1.${count}`), created: longer, tags: [`3.14.3t-b${tail(count)}`] });
  }
  newest = await publishImage(numpy, { inputs: inputsOf('2.5.5'), tags: ['3.14t'] }, long);
});

afterEach(() => {
  registry.stop();
  gitHub.stop();
});

function tail(count: number): string {
  return String(count).padStart(12, '0');
}

/** Everything that the registry holds, numbered in the order of its arrival. */
function packagesOfAcme(): LocalPackages {
  const ids = new Map<string, number>();
  return {
    owner: 'acme',
    rights: (token) => rights[token] ?? [],
    find: (name) => {
      const { contents, tags } = registry.repositories.get(`acme/${name}`) ?? {};
      if (contents === undefined || tags === undefined) {
        return undefined;
      }
      const manifests = [...contents].filter(([, { type }]) => /manifest|index/.test(type)).map(([digest]) => digest);
      manifests.filter((digest) => !ids.has(digest)).forEach((digest) => ids.set(digest, 7000 + ids.size));
      return {
        isPublic: true,
        versions: () =>
          manifests
            .map((digest) => ({
              id: ids.get(digest) ?? 0,
              digest,
              tags: [...tags].filter(([, named]) => named === digest).map(([tag]) => tag),
              createdAt: new Date(longer),
              downloads: downloads.get(digest) ?? 0,
            }))
            .toReversed(),
        remove: ({ digest, tags: removed }) => {
          contents.delete(digest);
          removed.forEach((tag) => tags.delete(tag));
        },
      };
    },
  };
}

/** Answers the message of the error that it ends with. */
async function prune({ apply = false, token = cleaner, summaryFile = '' } = {}): Promise<string | undefined> {
  const ghcr = connect({ host: 'ghcr.io', isPlain: false }, { DOCKER_CONFIG: '/nonexistent' }, quickly());
  const local = { ...ghcr, origin: `http://${registry.host}` };
  const packages = openGitHub({ apiUrl: gitHub.origin, token, tokenName: 'CI_TOKEN', msPerSecond: 1 });
  const repositories = repositoriesOf(local, { path: 'acme' }, ['cpython', 'numpy-tsan'], packages);
  [printed, remarks] = [[], []];
  const output = { log: (text: string) => printed.push(text), error: (text: string) => remarks.push(text) };
  const attempt = runPrune({ registry: local, repositories, policy, apply, summaryFile }, output);
  return attempt.then(
    () => undefined,
    (error: unknown) => (isExpected(error) ? error.message : String(error)),
  );
}

const deletions = () => gitHub.asked.filter(({ method }) => method === 'DELETE');
const owners = () => gitHub.asked.filter(({ url }) => url.pathname === '/users/acme');
const lists = () => gitHub.asked.filter(({ url }) => url.pathname.endsWith('/versions'));

it('shows what would go, and removes just that when asked to; a second time there is nothing to do', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'prune-spec-'));
  const summaryFile = path.join(folder, 'summary');
  expect(await prune({ summaryFile })).toBeUndefined();
  expect(owners()).toHaveLength(1);
  const plan = printed.join('\n');
  expect(plan).toMatch(new RegExp(`${superseded} of \\d+ manifests would be removed$`));
  expect(await readFile(summaryFile, 'utf8')).toBe(`    ${plan.replaceAll('\n', '\n    ')}\n`);
  await rm(folder, { recursive: true });
  expect(remarks.at(-1)).toBe('Nothing was changed. Run it with --apply to do this.');
  expect(deletions()).toEqual([]);
  expect(lists().length).toBeGreaterThan(1);

  gitHub.asked.length = 0;
  expect(await prune({ apply: true })).toBeUndefined();
  expect(owners()).toHaveLength(1);
  expect(printed.at(-1)).toBe(`${superseded} removed`);
  expect(deletions()).toHaveLength(superseded);
  for (const line of plan.split('\n').slice(0, -1)) {
    expect(printed).toContainEqual(expect.stringContaining(line.split(' ')[0] ?? '?'));
  }
  expect(await headManifest(numpy, '3.14t')).toBe(newest);

  gitHub.asked.length = 0;
  expect(await prune({ apply: true })).toBeUndefined();
  expect(printed).toEqual(['nothing to remove']);
  expect(deletions()).toEqual([]);
});

it.each([
  ['breaks off', 'breaks off', /cannot be reached/],
  [
    'is refused',
    { status: 403, body: { message: 'Resource not accessible by personal access token' } },
    /answered 403 to GET .*page=2/,
  ],
  ['is down', { status: 502, body: { message: 'Server Error' } }, /answered 502 to GET .*page=2/],
] as const)('deletes nothing where the second page of the list %s', async (_, trouble, message) => {
  gitHub.trouble = ({ url }) => (url.searchParams.get('page') === '2' ? trouble : undefined);
  expect(await prune({ apply: true })).toMatch(message);
  expect(deletions()).toEqual([]);
  gitHub.trouble = () => undefined;
  expect(await prune({ apply: true })).toBeUndefined();
  expect(printed.at(-1)).toBe(`${superseded} removed`);
});

it('waits where GitHub limits requests, and goes on', async () => {
  let asked = 0;
  gitHub.trouble = () => ((asked += 1) % 10 === 0 ? secondaryLimit : undefined);
  expect(await prune({ apply: true })).toBeUndefined();
  expect(printed.at(-1)).toBe(`${superseded} removed`);
});

it('leaves what GitHub keeps for good, and is content', async () => {
  downloads.set((await headManifest(numpy, `3.14.3t-b${tail(5)}`)) ?? '', 5001);
  downloads.set((await headManifest(numpy, `3.14.3t-b${tail(6)}`)) ?? '', 5000);
  expect(await prune({ apply: true })).toBeUndefined();
  expect(printed.at(-1)).toBe(`${superseded - 1} removed, 1 left`);
  expect(printed).toContainEqual(
    expect.stringMatching(/^left .*: GitHub keeps it: .* more than 5000 downloads cannot be deleted/),
  );
  expect(await headManifest(numpy, `3.14.3t-b${tail(5)}`)).toBeDefined();
});

it.each([
  ['the scope', reader, /^failed .*GitHub answered 403 .*You need at least delete:packages scope/],
  ['the Admin role', guest, /^failed .*the token \(CI_TOKEN\) lacks delete:packages, or the Admin role/],
])('gives up after five refusals without %s to delete', async (_, token, message) => {
  expect(await prune({ apply: true, token })).toMatch(/^Some manifests could not be removed/);
  expect(printed.at(-1)).toBe(`5 failed, ${superseded - 5} left`);
  expect(printed[0]).toMatch(message);
  expect(deletions()).toHaveLength(5);
});

it('takes for gone what somebody else deletes meanwhile', async () => {
  gitHub.trouble = ({ method, url }) => {
    const there = packages.find('numpy-tsan');
    const version = there?.versions().find(({ id }) => url.pathname.endsWith(`/versions/${id}`));
    if (method === 'DELETE' && deletions().length === 1 && version !== undefined) {
      there?.remove(version);
    }
    return undefined;
  };
  expect(await prune({ apply: true })).toBeUndefined();
  expect(printed.at(-1)).toBe(`1 gone, ${superseded - 1} removed`);
});

it('says what is missing where the list is not for everybody', async () => {
  expect(await prune({ token: 'ghp_unknown' })).toMatch(/answered 401 .*: it refuses the token in CI_TOKEN/);
});
