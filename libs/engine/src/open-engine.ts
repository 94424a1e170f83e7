/** Gets a container engine: uses the running one, or starts one, or installs and starts one. */
import { EngineError } from '@pysan/model';

import { tryDocker } from './docker.ts';
import { installEngine } from './install-engine.ts';
import { imageArchitecture, nextStep, type Step } from './ladder.ts';
import { ownEngine, startEngine } from './own-engine.ts';
import { type Engine, probeEngine, readSituation } from './situation.ts';

export type { Engine } from './situation.ts';

export interface OpenEngineOptions {
  /** Called with one line for each step that changes the machine: the step and its reason. */
  readonly report?: (line: string) => void;
}

/**
 * The engine that docker talks to. Starts or installs one if there is none. If that fails, or if the engine cannot build the
 * images, throws an EngineError with one line that says what to do. With a running engine this costs one `docker version`,
 * about 25 ms.
 */
export async function openEngine({ report = () => undefined }: OpenEngineOptions = {}): Promise<Engine> {
  const { engine } = await probeEngine();
  return requireUsable(engine ?? (await bringUp(report)));
}

/** The steps to get an engine here. Changes nothing. */
export async function readNextStep(): Promise<Step> {
  const { outcome } = await probeEngine();
  return outcome === 'answers' ? { do: 'use' } : nextStep(await readSituation(outcome));
}

/** Throws an EngineError that says what to do if no engine runs. Changes nothing. */
export async function requireEngine(): Promise<void> {
  const step = await readNextStep();
  if (step.do === 'give up') {
    throw new EngineError(step.message);
  }
  if (step.do !== 'use') {
    throw new EngineError(
      step.do === 'start'
        ? 'No container engine runs here. Start one: ./pysan engine start'
        : 'No container engine is installed. `./pysan engine start` installs and starts one.',
    );
  }
}

async function bringUp(report: (line: string) => void): Promise<Engine> {
  let installed = false;
  for (;;) {
    const { outcome, engine } = await probeEngine();
    if (engine !== undefined) {
      return engine;
    }
    const step = nextStep(await readSituation(outcome));
    if (step.do === 'give up') {
      throw new EngineError(step.message);
    }
    if (step.do !== 'install') {
      return startEngine(ownEngine(process.env), report);
    }
    if (installed) {
      throw new EngineError('The container engine was installed, but dockerd or docker is still not on PATH.');
    }
    await installEngine(report);
    installed = true;
  }
}

/** The engine itself. Throws an EngineError if its architecture or system is not that of the images. */
export function requireUsable(engine: Engine): Engine {
  const { architecture, system } = engine;
  if (system !== 'linux' || architecture !== imageArchitecture) {
    throw new EngineError(
      `The container engine is ${system}/${architecture}, but the images support only linux/${imageArchitecture}. Point DOCKER_HOST to such an engine, and not to an emulated one: a sanitizer is unreliable there.`,
    );
  }
  return engine;
}

/** The version of docker's buildx plugin. Throws an EngineError with the remedy if there is none. Costs about 60 ms. */
export async function requireBuildx(): Promise<string> {
  const answer = await tryDocker(['buildx', 'version']);
  if (answer?.exitCode !== 0) {
    throw new EngineError(
      'docker has no buildx plugin, which builds need. Install it (Debian, Ubuntu: `apt-get install docker-buildx`).',
    );
  }
  return / v?(\d\S*)/.exec(answer.stdout)?.[1] ?? answer.stdout.trim();
}
