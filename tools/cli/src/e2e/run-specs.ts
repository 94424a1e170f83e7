/** Runs end-to-end specs: the ones that always run together, and each other one after a build of its images. */
import { UsageError } from '@pysan/model';
import type { SpecInputs } from '@pysan/verification';

import { runSteps, type Step } from '../test-steps.ts';
import { passedFile, recordPasses, rememberPass } from './passed.ts';
import { readSpecs, type Spec } from './read-specs.ts';

// The limit for one test. A build of the whole chain with an empty cache stays below it.
const minutesMax = 25;

const jest = [
  'run',
  '--silent',
  'jest',
  '--',
  '--runInBand',
  '--verbose',
  `--testTimeout=${minutesMax * 60_000}`,
  // Replaces the configuration's list, which leaves these tests out of `pysan test`.
  '--testPathIgnorePatterns=/node_modules/',
];

/** Runs the named specs or, without names, those that must run. Throws a UsageError for an unknown name. */
export async function runSpecs(root: string, names: readonly string[], all: boolean): Promise<void> {
  const specs = await readSpecs(root);
  const chosen = choose(specs, names, all);
  for (const { name } of specs.filter((spec) => names.length === 0 && !chosen.includes(spec))) {
    console.error(`== ${name}: not run: it has passed with its present inputs`);
  }
  const long = chosen.filter(({ images }) => images.length > 0);
  const quick = chosen.filter((spec) => !long.includes(spec));
  await runSteps([
    ...(quick.length === 0 ? [] : [stepOf(quick.map(({ name }) => name))]),
    ...long.flatMap((spec) => stepsOf(root, spec)),
  ]);
}

function choose(specs: readonly Spec[], names: readonly string[], all: boolean): readonly Spec[] {
  const unknown = names.filter((name) => !specs.some((spec) => spec.name === name));
  if (unknown.length > 0) {
    throw new UsageError(`There is no spec ${unknown.join(', ')}: ${specs.map(({ name }) => name).join(', ')}`);
  }
  return specs.filter(({ name, why }) => (names.length === 0 ? all || why !== undefined : names.includes(name)));
}

function stepsOf(root: string, { name, images, inputs }: Spec): Step[] {
  const builds = images.map((image): Step => ({
    name: `build ${image.name} ${image.python}`,
    command: ['./pysan', 'build', image.name, '--python', image.python, '--locked'],
  }));
  const onPass = async (): Promise<void> => {
    await (inputs === undefined ? undefined : rememberPass(root, name, inputs));
  };
  return [...builds, { ...stepOf([name]), onPass }];
}

function stepOf(names: readonly string[]): Step {
  const files = names.map((name) => `--testMatch=<rootDir>/tools/e2e/src/${name}.spec.ts`);
  return { name: `e2e ${names.join(' ')}`, command: ['npm', ...jest, ...files], jest: true };
}

/** Records the specs that passed here with their present inputs. */
export async function recordSpecs(root: string): Promise<void> {
  const known = (await readSpecs(root)).flatMap(({ name, inputs }) => (inputs === undefined ? [] : [[name, inputs]]));
  const recorded = await recordPasses(root, Object.fromEntries(known) as Record<string, SpecInputs>);
  console.log(`recorded in ${passedFile}: ${recorded.join(', ') || 'nothing'}`);
}
