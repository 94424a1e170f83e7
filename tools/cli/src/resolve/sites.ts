/** The servers and programs that `pysan resolve` and `pysan latest` ask. Tests put their own in their place. */
import path from 'node:path';

import { findAptMirror, findCaBundle, inspectImage } from '@pysan/engine';
import { EngineError, UpstreamError } from '@pysan/model';
import {
  debianArchive,
  dockerHub,
  findBranchCommit,
  findGitHub,
  findIndex,
  pythonOrg,
  type Site,
} from '@pysan/sources';
import { execa } from 'execa';

export interface Sites {
  readonly pythonOrg: Site;
  readonly gitHub: Site;
  readonly dockerHub: Site;
  /** The mirror that apt uses here, else Debian's own. */
  readonly debian: Site;
  /** The index that pip or uv is configured with. */
  readonly findPackageIndex: () => Promise<Site>;
  /** The commit that a branch of a repository points at. */
  readonly findCommit: (repository: string, branch: string) => Promise<string | undefined>;
  /** Resolves the lists of Python tools (`*.in`) in a folder to exact versions with hashes (`*.txt`). */
  readonly compileTools: (folder: string) => Promise<void>;
}

/** The real ones; `root` is that of the repository. */
export async function findSites(env: NodeJS.ProcessEnv, root: string): Promise<Sites> {
  return {
    pythonOrg: { origin: pythonOrg },
    gitHub: findGitHub(env),
    dockerHub: { origin: dockerHub },
    debian: { origin: (await findAptMirror()) ?? debianArchive },
    findPackageIndex: () => findIndex(env),
    findCommit: (repository, branch) => findBranchCommit(repository, branch, findCaBundle(env)),
    compileTools: (folder) => compile(path.join(root, 'versions/tools/compile'), folder),
  };
}

async function compile(script: string, folder: string): Promise<void> {
  if ((await inspectImage('cpython')) === undefined) {
    throw new EngineError('uv of the local cpython image resolves the tools, and there is none: pysan build cpython');
  }
  const { failed, stderr } = await execa(script, [folder], { reject: false });
  if (failed) {
    throw new UpstreamError(`versions/tools/compile failed:\n${stderr.split('\n').slice(-5).join('\n')}`);
  }
}
