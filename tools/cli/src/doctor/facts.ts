/** Reads all facts that `pysan doctor` rates. It changes nothing. */
import { statfs } from 'node:fs/promises';
import path from 'node:path';

import {
  findOwnPid,
  type HostFacts,
  nextStep,
  ownEngine,
  probeEngine,
  readHostFacts,
  readMmapRndBits,
  readSituation,
  type Step,
} from '@pysan/engine';
import { findCaBundle } from '@pysan/http';
import { isExpected } from '@pysan/model';

import { findUpstreams, type Upstream } from './upstreams.ts';

export interface DoctorFacts {
  readonly nodeVersion: string;
  /** The running engine, or what `pysan build` would do to get one. */
  readonly engine: (HostFacts & { readonly isOwn: boolean }) | Step;
  /** Free space where images are stored; undefined when that is on another machine. */
  readonly freeBytes: number | undefined;
  readonly mmapRndBits: number | undefined;
  /** Names of the proxy variables that are set. Their values may contain passwords. */
  readonly proxies: readonly string[];
  readonly caBundle: { readonly file: string | undefined } | { readonly problem: string };
  readonly upstreams: readonly Upstream[];
}

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'];

/** All facts, read in parallel. */
export async function readFacts(env: NodeJS.ProcessEnv): Promise<DoctorFacts> {
  const [engine, upstreams] = await Promise.all([readEngine(env), findUpstreams(env)]);
  const isRunning = 'engineVersion' in engine;
  return {
    nodeVersion: process.versions.node,
    engine,
    freeBytes: isRunning ? engine.freeBytes : await readFreeBytes(ownEngine(env).folder),
    mmapRndBits: isRunning ? engine.mmapRndBits : await readMmapRndBits(),
    proxies: proxyVariables.filter((name) => (env[name] ?? env[name.toLowerCase()] ?? '') !== ''),
    caBundle: readCaBundle(env),
    upstreams,
  };
}

async function readEngine(env: NodeJS.ProcessEnv): Promise<DoctorFacts['engine']> {
  const { outcome, engine } = await probeEngine();
  if (engine === undefined) {
    return nextStep(await readSituation(outcome));
  }
  const [facts, pid] = await Promise.all([readHostFacts(), findOwnPid(ownEngine(env))]);
  return { ...facts, isOwn: pid !== undefined };
}

/** Free space in the folder or, if it does not exist yet, in the folder that would contain it. */
async function readFreeBytes(folder: string): Promise<number> {
  const disk = await statfs(folder).catch(() => undefined);
  return disk === undefined ? readFreeBytes(path.dirname(folder)) : disk.bavail * disk.bsize;
}

function readCaBundle(env: NodeJS.ProcessEnv): DoctorFacts['caBundle'] {
  try {
    return { file: findCaBundle(env) };
  } catch (error) {
    if (isExpected(error)) {
      return { problem: error.message };
    }
    throw error;
  }
}
