/**
 * Gets the base of the chain: Debian's image from Docker Hub or, if Docker Hub cannot be reached, the same system
 * bootstrapped from Debian's packages. The engine keeps it under its own tag.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';

import {
  type Base,
  baseReference,
  docker,
  dockerEngine,
  findAptMirror,
  identityLabel,
  identityOf,
  inspectImage,
  openEngine,
} from '@pysan/engine';
import { EngineError } from '@pysan/model';
import { isDockerHubReachable } from '@pysan/sources';
import type { Locks } from '@pysan/versions';
import { execa } from 'execa';

type Report = (line: string) => void;

/**
 * Returns the base in the engine. Pulls or bootstraps it if the engine has none, and starts or installs an engine if there
 * is none. Throws an EngineError if that fails.
 */
export async function ensureBase(lock: Locks['debian'], report: Report): Promise<Base> {
  await openEngine({ report });
  const reference = baseReference(lock);
  const held = await inspectImage(reference);
  if (held !== undefined) {
    return { reference, identity: identityOf(held) };
  }
  return (await isDockerHubReachable())
    ? pullBase(lock, reference, report)
    : bootstrapBase(lock.suite, reference, report);
}

async function pullBase({ image, digest }: Locks['debian'], reference: string, report: Report): Promise<Base> {
  const source = digest === null ? image : `${image}@${digest}`;
  report(`base: pulling ${source}`);
  await dockerEngine.pullImage(source, {});
  await docker(['tag', source, reference]);
  const pulled = await inspectImage(reference);
  if (pulled === undefined) {
    throw new EngineError(`${source} was pulled, but the engine does not have it as ${reference}.`);
  }
  return { reference, identity: identityOf(pulled) };
}

async function bootstrapBase(suite: string, reference: string, report: Report): Promise<Base> {
  const mirror = await findAptMirror();
  if (mirror === undefined) {
    throw new EngineError(
      'Docker Hub cannot be reached, and this machine has no Debian mirror to bootstrap the base image from.',
    );
  }
  await requireMmdebstrap(report);
  report(`base: Docker Hub cannot be reached, so Debian ${suite} is bootstrapped from its packages (about 15 s)`);
  const folder = await mkdtemp(path.join(tmpdir(), 'pysan-base-'));
  try {
    return await importBootstrapped({ folder, suite, mirror, reference });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function requireMmdebstrap(report: Report): Promise<void> {
  const { failed } = await execa('mmdebstrap', ['--version'], { reject: false });
  if (!failed) {
    return;
  }
  report('base: installing mmdebstrap, which bootstraps Debian from its packages');
  const install = 'apt-get update && apt-get install --yes --no-install-recommends mmdebstrap';
  const result = await execa('sh', ['-c', install], { reject: false, env: { DEBIAN_FRONTEND: 'noninteractive' } });
  if (result.failed) {
    throw new EngineError(
      'Docker Hub cannot be reached, and mmdebstrap could not be installed. Install the package mmdebstrap.',
    );
  }
}

interface Bootstrap {
  readonly folder: string;
  readonly suite: string;
  readonly mirror: string;
  readonly reference: string;
}

async function importBootstrapped({ folder, suite, mirror, reference }: Bootstrap): Promise<Base> {
  const archive = path.join(folder, 'base.tar');
  const packages = path.join(folder, 'packages');
  await execBootstrap(mmdebstrapArgs({ suite, mirror, archive, packages }));
  const sorted = (await readFile(packages, 'utf8')).trim().split('\n').toSorted().join('\n');
  const identity = `packages:${createHash('sha256').update(sorted).digest('hex')}`;
  await docker(['import', '--change', `LABEL ${identityLabel}=${identity}`, archive, reference]);
  return { reference, identity };
}

function mmdebstrapArgs({
  suite,
  mirror,
  archive,
  packages,
}: Record<'suite' | 'mirror' | 'archive' | 'packages', string>): string[] {
  const excluded = ['doc', 'man', 'info', 'locale', 'lintian'].map(
    (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
  );
  const listing = `dpkg-query --admindir="$1/var/lib/dpkg" --show > "${packages}"`;
  return [
    '--variant=minbase',
    '--include=ca-certificates',
    ...excluded,
    // As in Debian's slim images, which keep the licences.
    '--dpkgopt=path-include=/usr/share/doc/*/copyright',
    `--customize-hook=${listing}`,
    suite,
    archive,
    mirror,
  ];
}

async function execBootstrap(args: readonly string[]): Promise<void> {
  const { failed, stderr } = await execa('mmdebstrap', args, { reject: false });
  if (failed) {
    throw new EngineError(`Bootstrapping Debian failed:\n${stderr.split('\n').slice(-10).join('\n')}`);
  }
}
