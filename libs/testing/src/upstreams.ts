/** For tests: a repository with small locks, and for each upstream a local server that is ahead of them. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type GitHub, openGitHub } from '@pysan/github';
import type { Site } from '@pysan/http';
import { bytes, json, type LocalServer, quickly, type Reply, startServer, status } from './local-server.ts';

import type { Sites } from '@pysan/resolution';
import type { DebianSite } from '@pysan/sources';

export type Upstream = 'pythonOrg' | 'gitHub' | 'packageIndex' | 'debian' | 'dockerHub';

export interface World {
  readonly root: string;
  readonly servers: Readonly<Record<Upstream, LocalServer>>;
  readonly sites: Sites;
  readonly stop: () => Promise<void>;
}

const repository = path.resolve(import.meta.dirname, '../../..');
const debianFixtures = path.join(repository, 'libs/sources/src/fixtures');
const keyring = path.join(debianFixtures, 'debian-keyring.gpg');

/** sha256 of whatever upstream has and the lock has not. */
const news = '2'.repeat(64);
const held = '1'.repeat(64);
const commit = 'c'.repeat(40);

/** Starts everything; `stop` ends the servers and removes the repository. */
export async function createWorld(): Promise<World> {
  const root = await mkdtemp(path.join(tmpdir(), 'pysan-world-'));
  await writeRepository(root);
  const servers = {
    pythonOrg: await startServer(),
    gitHub: await startServer(),
    packageIndex: await startServer(),
    debian: await startServer(),
    dockerHub: await startServer(),
  };
  servers.pythonOrg.replies = { ...pythonOrg };
  servers.gitHub.replies = gitHub(servers.gitHub.origin);
  servers.packageIndex.replies = { ...packageIndex };
  servers.debian.replies = await readDebian();
  servers.dockerHub.replies = dockerHub(servers.dockerHub.origin);
  return { root, servers, sites: sitesOf(servers), stop };

  async function stop(): Promise<void> {
    Object.values(servers).forEach((server) => server.stop());
    await rm(root, { recursive: true });
  }
}

function sitesOf(servers: World['servers']): Sites {
  const site = ({ origin }: LocalServer): Site => ({ origin, timing: quickly() });
  return {
    pythonOrg: site(servers.pythonOrg),
    gitHub: openedAt(servers.gitHub),
    findPackageIndex: () => Promise.resolve(site(servers.packageIndex)),
    findDebian: () => Promise.resolve(debianSite(site(servers.debian))),
    dockerHub: site(servers.dockerHub),
    findCommit: () => Promise.resolve(commit),
    compileTools: (folder) => writeFile(path.join(folder, 'tools/tools.txt'), 'cython==3.1.1\n'),
  };
}

function debianSite(site: Site): DebianSite {
  return { ...site, security: `${site.origin}/security`, keyring };
}

function openedAt({ origin }: LocalServer, timeoutMs = 5000): GitHub {
  return openGitHub({ apiUrl: origin, token: '', tokenName: 'GITHUB_TOKEN', waitMax: 60, msPerSecond: 1, timeoutMs });
}

/** Only the upstream that hangs is given little time, in milliseconds: the others must answer on a busy machine too. */
export function withTiming(world: World, upstream: Upstream, timeoutMs: number): Sites {
  // Of Debian a file is downloaded, which may take 30 times as long.
  const timing = quickly(upstream === 'debian' ? timeoutMs / 30 : timeoutMs);
  if (upstream === 'gitHub') {
    return { ...world.sites, gitHub: openedAt(world.servers.gitHub, timeoutMs) };
  }
  const { origin } = world.servers[upstream];
  const site = { origin, timing };
  const found = { packageIndex: 'findPackageIndex', debian: 'findDebian' }[upstream as string];
  return {
    ...world.sites,
    ...(found === undefined ? { [upstream]: site } : { [found]: () => Promise.resolve(debianSite(site)) }),
  };
}

async function writeRepository(root: string): Promise<void> {
  await cp(path.join(import.meta.dirname, 'fixtures'), root, { recursive: true });
  await cp(path.join(repository, '.prettierrc.json'), path.join(root, '.prettierrc.json'));
  const components = ['debian', 'cpython', 'numpy', 'scipy', 'some-package', 'openblas', 'lapack'];
  // Not among the fixtures: Nx takes every project.json for a project of the repository.
  const project = {
    name: 'everything-tsan',
    implicitDependencies: components.map((component) => `versions-${component}`),
    metadata: {
      pysan: {
        sanitizer: 'thread',
        workflow: 'docker_image_everything.yml',
        tracks: ['3.13t', '3.14', '3.14t', '3.15t'],
      },
    },
  };
  await mkdir(path.join(root, 'images/everything-tsan'), { recursive: true });
  await writeFile(path.join(root, 'images/everything-tsan/project.json'), JSON.stringify(project));
  await writeFile(path.join(root, 'images/everything-tsan/Dockerfile'), 'FROM scratch\n');
}

type Replies = LocalServer['replies'];

/** 3.14.12 is announced only; 3.15 has a release candidate. */
const pythonOrg: Replies = {
  '/api/v2/downloads/release/?is_published=true&version=3': json(
    ['3.13.5', '3.14.12', '3.14.10', '3.15.0rc3', '3.14.11', '3.13.4'].map((version, id) => ({
      name: `Python ${version}`,
      pre_release: version.includes('rc'),
      resource_uri: `https://example.org/api/v2/downloads/release/${id}/`,
    })),
  ),
  '/api/v2/downloads/release_file/?release=1': json([]),
  '/api/v2/downloads/release_file/?release=3': json([file('3.15.0/Python-3.15.0rc3.tar.xz')]),
  '/api/v2/downloads/release_file/?release=4': json([file('3.14.11/Python-3.14.11.tar.xz')]),
  '/ftp/python/3.15.0/Python-3.15.0rc3.tar.xz': bytes(''),
  '/ftp/python/3.14.11/Python-3.14.11.tar.xz': bytes(''),
};

function file(name: string): object {
  return { url: `https://example.org/ftp/python/${name}`, sha256_sum: news };
}

/** The newest numpy is on the second page, and has no sdist yet; the newest scipy is a candidate. */
function gitHub(origin: string): Replies {
  const second = '/repositories/1/releases?per_page=100&page=2';
  const releases = (tags: readonly string[]): object[] =>
    tags.map((tag) => ({ tag_name: tag, draft: tag === 'v9.9.9', prerelease: tag.includes('rc') }));
  return {
    '/repos/numpy/numpy/releases?per_page=100': json(releases(['v2.4.6', 'v9.9.9', 'v2.6.0rc1']), {
      link: `<${origin}${second}>; rel="next"`,
    }),
    [second]: json(releases(['v2.5.6', 'v2.5.5', 'v2.5.0.dev0'])),
    '/repos/numpy/numpy/releases/latest': json(releases(['v2.4.6'])[0]),
    '/repos/scipy/scipy/releases/latest': json(releases(['v1.18.1'])[0]),
    '/repos/scipy/scipy/releases?per_page=100': json(releases(['v1.18.1', 'v1.18.2rc1', 'v1.17.1'])),
  };
}

/** numpy 2.5.5 has no wheels for 3.13t; scipy 1.18.1 was yanked; some-package got a wheel. */
const packageIndex: Replies = {
  '/numpy/': json({
    files: [
      ...indexFiles('numpy', '2.5.5', news, ['cp315-cp315t', 'cp314-cp314t', 'cp314-cp314']),
      ...indexFiles('numpy', '2.4.6', held, ['cp313-cp313t', 'cp314-cp314t']),
    ],
  }),
  '/scipy/': json({
    files: [
      ...indexFiles('scipy', '1.18.1', news, ['cp314-cp314t'], 'wrong results'),
      ...indexFiles('scipy', '1.17.1', held, ['cp313-cp313t', 'cp314-cp314t']),
    ],
  }),
  '/some-package/': json({
    files: indexFiles('some_package', '1.0', held, ['cp313-cp313t', 'cp314-cp314t']),
  }),
  '/files/numpy-2.5.5.tar.gz': bytes(''),
};

/** The entries of an index for a release: its wheels, and its sdist. */
export function indexFiles(
  name: string,
  version: string,
  sha256: string,
  abis: readonly string[],
  yanked?: string,
): object[] {
  const sdist = `${name}-${version}.tar.gz`;
  const wheels = abis.map((abi) => `${name}-${version}-${abi}-manylinux_2_28_x86_64.whl`);
  return [...wheels, sdist].map((filename) => ({
    filename,
    url: `../files/${filename}`,
    hashes: { sha256 },
    yanked: yanked ?? false,
  }));
}

/** LLVM and OpenBLAS moved, and OpenSSL has a security update; LAPACK and the other libraries did not move. */
async function readDebian(): Promise<Replies> {
  const names = ['Sources.xz', 'Packages.xz', 'InRelease.trixie', 'Sources.security.xz', 'InRelease.security'];
  const [sources, packages, release, updates, securityRelease] = await Promise.all(
    names.map((name) => readFile(path.join(debianFixtures, name))),
  );
  return {
    '/dists/trixie/InRelease': bytes(release ?? ''),
    '/dists/trixie/main/source/Sources.xz': bytes(sources ?? ''),
    '/dists/trixie/main/binary-amd64/Packages.xz': bytes(packages ?? ''),
    '/pool/main/o/openblas/openblas_0.3.29+ds.orig.tar.xz': bytes(''),
    '/pool/main/l/lapack/lapack_3.12.1.orig.tar.gz': bytes(''),
    '/pool/main/libf/libffi/libffi_3.4.8-2.dsc': bytes(''),
    '/pool/main/z/zlib/zlib_1.3.dfsg+really1.3.1-1.dsc': bytes(''),
    '/pool/main/b/bzip2/bzip2_1.0.8-6.dsc': bytes(''),
    '/pool/main/x/xz-utils/xz-utils_5.8.1-1+deb13u1.dsc': bytes(''),
    '/pool/main/libz/libzstd/libzstd_1.5.7+dfsg-1.dsc': bytes(''),
    '/pool/main/s/sqlite3/sqlite3_3.46.1-7+deb13u2.dsc': bytes(''),
    '/security/dists/trixie-security/InRelease': bytes(securityRelease ?? ''),
    '/security/dists/trixie-security/main/source/Sources.xz': bytes(updates ?? ''),
    '/security/pool/updates/main/o/openssl/openssl_3.5.7-1~deb13u2.dsc': bytes(''),
  };
}

function dockerHub(origin: string): Replies {
  const challenge = status(401, { 'www-authenticate': `Bearer realm="${origin}/token",service="registry"` });
  const guarded = (reply: Reply): Reply => {
    return (request, response) =>
      (request.headers.authorization === 'Bearer anonymous' ? reply : challenge)(request, response);
  };
  return {
    '/v2/': guarded(json({})),
    '/v2/library/debian/manifests/trixie-slim': guarded(status(200, { 'docker-content-digest': `sha256:${news}` })),
    '/token?scope=repository%3Alibrary%2Fdebian%3Apull&service=registry': json({ token: 'anonymous' }),
  };
}
