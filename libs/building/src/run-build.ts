/** Has the engine build one image: all of the log goes to a file, and the steps with their times to people. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';

import { docker, proxyArguments, stopOnSignals } from '@pysan/engine';
import { ProductError } from '@pysan/model';
import { type SourceTree, stageTree } from '@pysan/workspace';
import { execa } from 'execa';

import { describeFailure } from './failure.ts';
import { formatStep, isNews, noProgress, readLine, type Step } from './progress.ts';

export interface BuildOrder {
  readonly root: string;
  /** Path of the Dockerfile, from the root. */
  readonly dockerfile: string;
  /** The one reference that the result gets. */
  readonly reference: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Source trees of the user's own by component: each is the build context `<component>_source`. */
  readonly trees: Readonly<Record<string, SourceTree>>;
  /** `host` where the build must be on the host's own network. */
  readonly network: 'host' | undefined;
  /** Run every step, whatever the engine has kept of earlier builds. */
  readonly fromScratch: boolean;
  /** The host's CA bundle, when one is configured. */
  readonly caBundle: string | undefined;
  readonly logFile: string;
}

/**
 * Builds and answers the steps with their seconds. ProductError with the end of the log when a step fails.
 * On Ctrl-C the engine is told to stop, and nothing stays behind.
 */
export function runBuild(order: BuildOrder, report: (line: string) => void): Promise<readonly Step[]> {
  return stopOnSignals(async (signal) => {
    const temporary = await mkdtemp(path.join(tmpdir(), 'pysan-build-'));
    try {
      const contexts = await stageTrees(order.trees, temporary);
      const worker = startWorker(order.root, await workerOptions(order, contexts), temporary);
      stopWith(signal, worker);
      return await followBuild(order, worker, report);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}

// What is built is a copy: the user may go on editing.
async function stageTrees(trees: BuildOrder['trees'], temporary: string): Promise<Record<string, string>> {
  const contexts: Record<string, string> = {};
  for (const [component, tree] of Object.entries(trees)) {
    const folder = path.join(temporary, `${component}_source`);
    await stageTree(tree, folder);
    contexts[`${component}_source`] = folder;
  }
  return contexts;
}

async function workerOptions(order: BuildOrder, contexts: Record<string, string>): Promise<object> {
  const { dockerfile, reference, buildArgs, labels, network, fromScratch, caBundle } = order;
  return {
    quiet: true,
    context: '.',
    file: dockerfile,
    tags: [reference],
    'build-args': [...assignments(buildArgs), ...proxyArguments(process.env)],
    'build-contexts': assignments(contexts),
    labels: assignments(labels),
    'no-cache': fromScratch,
    // An attestation would turn the image into an index, and registries then hide its labels.
    provenance: 'false',
    // Only the engine's own builder sees the parent, which is a local image.
    builder: (await docker(['context', 'show'])).trim(),
    ...(network === undefined ? {} : { network }),
    ...(caBundle === undefined ? {} : { 'secret-files': [`ca=${caBundle}`] }),
  };
}

function assignments(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}

async function followBuild(
  order: BuildOrder,
  worker: Worker,
  report: (line: string) => void,
): Promise<readonly Step[]> {
  const log = createWriteStream(order.logFile);
  const [image = ''] = order.reference.split(':');
  let progress = noProgress;
  for await (const line of worker.iterable({ from: 'all' })) {
    log.write(`${line}\n`);
    const next = readLine(progress, line);
    progress = next.progress;
    if (next.changed !== undefined && isNews(next.changed)) {
      report(formatStep(image, next.changed, 120));
    }
  }
  await finished(log.end());
  const { failed } = await worker;
  if (failed) {
    throw new ProductError(describeFailure(order.reference, await readLines(order.logFile), order.logFile));
  }
  return [...progress.steps.values()];
}

async function readLines(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n');
}

type Worker = ReturnType<typeof startWorker>;

function startWorker(root: string, options: object, temporary: string) {
  const env = { ...withoutInputs(process.env), BUILDKIT_PROGRESS: 'plain', TMPDIR: temporary };
  return execa('node', [path.join(import.meta.dirname, 'worker.ts')], {
    cwd: root,
    env,
    extendEnv: false,
    input: JSON.stringify({ options, root }),
    all: true,
    buffer: false,
    reject: false,
    detached: true,
  });
}

// nx-container would let INPUT_… variables override what is asked for here.
function withoutInputs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_')));
}

// The worker leads a process group of its own, so that one signal reaches buildx below it as well.
function stopWith(signal: AbortSignal, worker: Worker): void {
  signal.addEventListener('abort', () => {
    if (worker.pid !== undefined && worker.exitCode === null) {
      process.kill(-worker.pid, 'SIGINT');
    }
  });
}
