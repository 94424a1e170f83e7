/** Asks whether the servers that builds need can be reached from here. */
import { findAptMirror, findIndexUrl, pythonOrg } from '@pysan/sources';
import { EnvHttpProxyAgent, request } from 'undici';

export interface Upstream {
  readonly name: string;
  readonly isReachable: boolean;
  /** What it means when it is not. */
  readonly consequence: string;
}

const timeoutMs = 2000;

interface Candidate extends Omit<Upstream, 'isReachable'> {
  readonly url: string | Promise<string | undefined>;
}

/** Each upstream with the answer, all asked at once; those whose address this machine does not know are left out. */
export async function findUpstreams(env: NodeJS.ProcessEnv): Promise<Upstream[]> {
  const dispatcher = new EnvHttpProxyAgent();
  const answers = await Promise.all(listCandidates(env).map((candidate) => ask(candidate, dispatcher)));
  await dispatcher.destroy();
  return answers.flat();
}

async function ask({ url, ...upstream }: Candidate, dispatcher: EnvHttpProxyAgent): Promise<Upstream[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  const address = await url;
  return address === undefined
    ? []
    : [{ ...upstream, isReachable: await isReachable(address, { dispatcher, signal }) }];
}

function listCandidates(env: NodeJS.ProcessEnv): Candidate[] {
  return [
    {
      name: 'python.org',
      url: pythonOrg,
      consequence: 'a Python that is not locked cannot be looked up, and sources come from Debian where it has them',
    },
    {
      name: 'Docker Hub',
      url: 'https://registry-1.docker.io/v2/',
      consequence: "the base image is bootstrapped from Debian's packages",
    },
    { name: 'GitHub', url: 'https://github.com', consequence: 'development branches cannot be built' },
    {
      name: 'apt mirror',
      url: findAptMirror(),
      consequence: 'toolchain cannot be built; what is built already stays usable',
    },
    {
      name: 'package index',
      url: findIndexUrl(env).catch(() => undefined),
      consequence: 'Python packages cannot be installed: cpython and what is above it cannot be built',
    },
  ];
}

interface Asking {
  readonly dispatcher: EnvHttpProxyAgent;
  readonly signal: AbortSignal;
}

/** Any answer counts, a refusal too: a rate limit is not an outage. */
async function isReachable(url: string, asking: Asking): Promise<boolean> {
  try {
    const { body } = await request(url, { method: 'HEAD', ...asking });
    await body.dump();
    return true;
  } catch {
    return false;
  }
}
