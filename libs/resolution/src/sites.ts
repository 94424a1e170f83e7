/** The servers and programs that `pysan resolve` and `pysan latest` ask. Tests put their own in their place. */
import path from 'node:path';

import { findAptMirror, findSecurityMirror, inspectImage, runContainer } from '@pysan/engine';
import { findGitHub, type GitHub } from '@pysan/github';
import { findCaBundle } from '@pysan/http';
import type { Site } from '@pysan/http';
import { EngineError, UpstreamError } from '@pysan/model';
import { debianKeyring, type DebianSite, dockerHub, findBranchCommit, findIndex, pythonOrg } from '@pysan/sources';
import { execa } from 'execa';

export interface Sites {
  readonly pythonOrg: Site;
  readonly gitHub: GitHub;
  readonly dockerHub: Site;
  /** The mirror that apt uses here, else the one in the local cpython image. */
  readonly findDebian: () => Promise<DebianSite>;
  /** The index that pip or uv is configured with. */
  readonly findPackageIndex: () => Promise<Site>;
  /** The commit that a branch of a repository points at. */
  readonly findCommit: (repository: string, branch: string) => Promise<string | undefined>;
  /** Resolves the lists of Python tools (`*.in`) in a folder to exact versions with hashes (`*.txt`). */
  readonly compileTools: (folder: string) => Promise<void>;
}

/** The real ones; `root` is that of the repository. */
export function findSites(env: NodeJS.ProcessEnv, root: string): Sites {
  return {
    pythonOrg: { origin: pythonOrg },
    gitHub: findGitHub(env, 'GITHUB_TOKEN'),
    dockerHub: { origin: dockerHub },
    findDebian,
    findPackageIndex: () => findIndex(env),
    findCommit: (repository, branch) => findBranchCommit(repository, branch, findCaBundle(env)),
    compileTools: (folder) => compile(path.join(root, 'versions/tools/compile'), folder),
  };
}

async function findDebian(): Promise<DebianSite> {
  const origin = (await findAptMirror()) ?? (await findMirrorInside('cpython'));
  if (origin === undefined) {
    throw new UpstreamError(
      'No Debian mirror is known: apt has none here. A local cpython image would name its own: pysan build cpython',
    );
  }
  // Most mirrors have both, side by side.
  return { origin, security: (await findSecurityMirror()) ?? `${origin}-security`, keyring: debianKeyring };
}

async function findMirrorInside(image: string): Promise<string | undefined> {
  if ((await inspectImage(image)) === undefined) {
    return undefined;
  }
  const { stdout } = await runContainer({ image, command: ['apt-get', '--print-uris', 'update'], network: 'none' });
  return /'([^']*\/debian)\/dists\//.exec(stdout)?.[1];
}

async function compile(script: string, folder: string): Promise<void> {
  if ((await inspectImage('cpython')) === undefined) {
    throw new EngineError(
      'The tools are resolved by uv in the local cpython image, which is missing: pysan build cpython',
    );
  }
  const { failed, stderr } = await execa(script, [folder], { reject: false });
  if (failed) {
    throw new UpstreamError(`versions/tools/compile failed:\n${stderr.split('\n').slice(-5).join('\n')}`);
  }
}
