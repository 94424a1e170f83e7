/** Runs the stages of `.ci/run`. A failed stage stops only the stages that need it. */
import { isExpected } from '@pysan/model';
import { readOutdated } from '@pysan/proving';
import { readImages } from '@pysan/workspace';
import { execa } from 'execa';

import { readSpecs } from '../e2e/read-specs.ts';
import { readLockedBuild } from '../resolve-request.ts';
import { formatCounts, sum } from '../test-steps.ts';
import { countStage, formatTable, type StageResult, whyNot } from './results.ts';
import { firstStages, otherImages, planStages, python, type Situation, type Stage } from './stages.ts';

/** Runs all stages, prints their table and the counts, and returns the exit code. */
export async function runStages(root: string, all: boolean): Promise<0 | 1> {
  const results: StageResult[] = [];
  await runEach(root, firstStages, results);
  await runEach(root, planStages(await readSituation(root), all), results);
  const total = sum(results.map(({ counts }) => counts));
  console.log(`\n${formatTable(results)}\n${formatCounts(total)}`);
  return total.failed === 0 ? 0 : 1;
}

async function runEach(root: string, stages: readonly Stage[], results: StageResult[]): Promise<void> {
  for (const stage of stages) {
    const why = whyNot(stage, results);
    results.push(why === undefined ? await runStage(root, stage) : { stage, counts: none, seconds: undefined, why });
  }
}

const none = { passed: 0, failed: 0, skipped: 0 };

async function readSituation(root: string): Promise<Situation> {
  const specs = await readSpecs(root);
  const long = specs.filter(({ images }) => images.length > 0);
  const quick = specs.filter((spec) => !long.includes(spec)).map(({ name }) => name);
  const images: Situation['images'][number][] = [];
  for (const image of otherImages(await readImages(root))) {
    images.push({ ...image, why: await whyVerify(root, image.name) });
  }
  return { images, quick, long };
}

/** Why an image must be verified. If that cannot be told, the obstacle is the reason. */
async function whyVerify(root: string, imageName: string): Promise<string | undefined> {
  try {
    return await readOutdated(root, await readImages(root), await readLockedBuild(root, imageName, python));
  } catch (error) {
    if (!isExpected(error)) {
      throw error;
    }
    return `its inputs cannot be read: ${error.message}`;
  }
}

/** Runs a stage and shows its output as it comes. */
async function runStage(root: string, stage: Stage): Promise<StageResult> {
  const [file, ...args] = stage.command;
  console.log(`==== ${stage.command.join(' ')}`);
  const start = performance.now();
  const child = execa(file, args, { cwd: root, stdin: 'ignore', all: true, buffer: false, reject: false });
  let last = '';
  for await (const line of child.iterable({ from: 'all' })) {
    console.log(line);
    last = line;
  }
  const { exitCode } = await child;
  const seconds = (performance.now() - start) / 1000;
  console.log(`==== ${stage.name}: exit code ${String(exitCode)} after ${seconds.toFixed(0)} s`);
  return { stage, counts: countStage(last, exitCode), seconds, why: stage.why ?? '' };
}
