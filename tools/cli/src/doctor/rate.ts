/** Rates what `pysan doctor` found. Pure. */
import { imageArchitecture, mmapRndBitsMax, type Step, threadSanitizerProblem } from '@pysan/engine';

import type { DoctorFacts } from './facts.ts';

export interface Finding {
  readonly name: string;
  readonly rating: 'ok' | 'warning' | 'problem';
  readonly text: string;
  readonly remedy?: string;
}

type RunningEngine = Exclude<DoctorFacts['engine'], Step>;

const gigabyte = 1e9;

/** One finding for each fact, in the order in which a build needs them. */
export function rate(facts: DoctorFacts): Finding[] {
  const { engine } = facts;
  return [
    rateNode(facts.nodeVersion),
    ...('engineVersion' in engine ? rateRunning(engine) : [rateStep(engine)]),
    rateDisk(facts.freeBytes),
    rateRandomisation(facts),
    rateProxies(facts.proxies),
    rateCaBundle(facts.caBundle),
    ...facts.upstreams.map(rateUpstream),
  ];
}

function rateNode(version: string): Finding {
  const isNew = Number.parseInt(version) >= 24;
  return isNew
    ? { name: 'Node', rating: 'ok', text: version }
    : { name: 'Node', rating: 'problem', text: version, remedy: 'start pysan by its launcher, ./pysan' };
}

function rateStep(step: Step): Finding {
  const name = 'engine';
  if (step.do === 'give up') {
    const [text = '', ...remedy] = step.message.split(': ');
    return { name, rating: 'problem', text, remedy: remedy.join(': ') };
  }
  const will = step.do === 'install' ? 'install one' : 'start one';
  return { name, rating: 'warning', text: 'none runs', remedy: `\`pysan build\` and \`pysan engine start\` ${will}` };
}

function rateRunning(engine: RunningEngine): Finding[] {
  const owner = engine.isOwn ? 'started by pysan' : 'not started by pysan';
  return [
    { name: 'engine', rating: 'ok', text: `Docker ${engine.engineVersion}, ${owner}` },
    rateArchitecture(engine.architecture),
    rateBuildx(engine.buildxVersion),
    rateMemory(engine.memoryBytes),
    rateSeccomp(engine),
  ];
}

function rateArchitecture(architecture: string): Finding {
  return architecture === imageArchitecture
    ? { name: 'architecture', rating: 'ok', text: architecture }
    : {
        name: 'architecture',
        rating: 'problem',
        text: `${architecture}, but the images support only ${imageArchitecture}`,
        remedy: `point DOCKER_HOST to an engine on ${imageArchitecture}`,
      };
}

function rateBuildx(version: string | undefined): Finding {
  return version === undefined
    ? { name: 'buildx', rating: 'problem', text: 'missing', remedy: 'install it (Debian, Ubuntu: docker-buildx)' }
    : { name: 'buildx', rating: 'ok', text: version };
}

function rateMemory(bytes: number): Finding {
  const text = formatGigabytes(bytes);
  return bytes < 4 * gigabyte
    ? { name: 'memory', rating: 'warning', text, remedy: 'builds need 4 GB. Give the engine more memory, or add swap' }
    : { name: 'memory', rating: 'ok', text };
}

function rateSeccomp({ seccomp }: RunningEngine): Finding {
  const texts = { default: "Docker's default profile", none: 'no profile', custom: 'a custom profile' };
  const finding = { name: 'seccomp', text: texts[seccomp] };
  return seccomp === 'custom'
    ? { ...finding, rating: 'warning', remedy: 'a sanitizer may need personality(0x40000), see libs/engine/seccomp' }
    : { ...finding, rating: 'ok' };
}

function rateDisk(bytes: number | undefined): Finding {
  if (bytes === undefined) {
    return { name: 'disk', rating: 'ok', text: 'on another machine' };
  }
  const finding = { name: 'disk', text: `${formatGigabytes(bytes)} free` };
  if (bytes >= 20 * gigabyte) {
    return { ...finding, rating: 'ok' };
  }
  const rating = bytes < 8 * gigabyte ? 'problem' : 'warning';
  return { ...finding, rating, remedy: 'a whole chain needs up to 20 GB. `docker system prune` frees space' };
}

function rateRandomisation({ mmapRndBits, engine }: DoctorFacts): Finding {
  const name = 'vm.mmap_rnd_bits';
  const seccomp = 'engineVersion' in engine ? engine.seccomp : 'default';
  if (mmapRndBits === undefined) {
    const text = 'cannot be read (only root can, on the machine of the engine)';
    const remedy = `ThreadSanitizer starts where it is at most ${String(mmapRndBitsMax)}`;
    return seccomp === 'none' ? { name, rating: 'ok', text } : { name, rating: 'warning', text, remedy };
  }
  const problem = threadSanitizerProblem({ mmapRndBits, seccomp });
  return problem === undefined
    ? { name, rating: 'ok', text: String(mmapRndBits) }
    : { name, rating: 'problem', text: String(mmapRndBits), remedy: problem };
}

function rateProxies(names: readonly string[]): Finding {
  return { name: 'proxy', rating: 'ok', text: names.length === 0 ? 'none configured' : `from ${names.join(', ')}` };
}

function rateCaBundle(bundle: DoctorFacts['caBundle']): Finding {
  const name = 'CA bundle';
  if ('problem' in bundle) {
    const [text = '', ...remedy] = bundle.problem.split(': ');
    return { name, rating: 'problem', text, remedy: remedy.join(': ') };
  }
  const text = bundle.file === undefined ? 'none configured' : `${bundle.file}, passed to builds as a secret`;
  return { name, rating: 'ok', text };
}

function rateUpstream({ name, isReachable, consequence }: DoctorFacts['upstreams'][number]): Finding {
  return isReachable
    ? { name, rating: 'ok', text: 'can be reached' }
    : { name, rating: 'warning', text: 'cannot be reached', remedy: consequence };
}

function formatGigabytes(bytes: number): string {
  return `${(bytes / gigabyte).toFixed(bytes < 10 * gigabyte ? 1 : 0)} GB`;
}
