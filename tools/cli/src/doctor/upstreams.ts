/** Checks whether this machine can reach the servers that builds need. */
import { findAptMirror } from '@pysan/engine';
import { isReachable } from '@pysan/http';
import { dockerHub, findIndex, pythonOrg } from '@pysan/sources';

export interface Upstream {
  readonly name: string;
  readonly isReachable: boolean;
  /** What does not work when it cannot be reached. */
  readonly consequence: string;
}

const timeoutMs = 2000;

interface Candidate extends Omit<Upstream, 'isReachable'> {
  readonly url: string | Promise<string | undefined>;
}

/** Each upstream with the result, all checked in parallel. Upstreams whose address this machine does not know are left out. */
export async function findUpstreams(env: NodeJS.ProcessEnv): Promise<Upstream[]> {
  return (await Promise.all(listCandidates(env).map(ask))).flat();
}

async function ask({ url, ...upstream }: Candidate): Promise<Upstream[]> {
  const address = await url;
  return address === undefined ? [] : [{ ...upstream, isReachable: await isReachable(address, timeoutMs) }];
}

function listCandidates(env: NodeJS.ProcessEnv): Candidate[] {
  return [
    {
      name: 'python.org',
      url: pythonOrg,
      consequence: 'a Python that is not locked cannot be looked up, and sources come from Debian if it has them',
    },
    {
      name: 'Docker Hub',
      url: dockerHub,
      consequence: "the base image is bootstrapped from Debian's packages",
    },
    { name: 'GitHub', url: 'https://github.com', consequence: 'development branches cannot be built' },
    {
      name: 'apt mirror',
      url: findAptMirror(),
      consequence: 'toolchain cannot be built. Images that exist stay usable',
    },
    {
      name: 'package index',
      url: findIndex(env).then(
        ({ origin }) => origin,
        () => undefined,
      ),
      consequence: 'Python packages cannot be installed, so cpython and the images built on it cannot be built',
    },
  ];
}
