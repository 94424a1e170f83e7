/** Builds one image by the engine. The full log goes to a file; the steps and their times are reported to the user. */
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
  /** The reference of the result. */
  readonly reference: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The user's own source trees by component. Each is the build context `<component>_source`. */
  readonly trees: Readonly<Record<string, SourceTree>>;
  /** `host` if the build must use the host's network. */
  readonly network: 'host' | undefined;
  /** Runs every step, without the engine's build cache. */
  readonly fromScratch: boolean;
  /** The host's CA bundle, when one is configured. */
  readonly caBundle: string | undefined;
  readonly logFile: string;
}

/**
 * Builds, and returns the steps with their seconds. Throws a ProductError with the end of the log when a step fails. On
 * Ctrl-C it stops the engine's build and leaves nothing behind.
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

// The build uses a copy, so that the user may continue to edit.
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
    // An attestation would turn the image into an index, whose labels registries do not show.
    provenance: 'false',
    // The parent is a local image, which only the engine's own builder sees.
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

// nx-container would let INPUT_… variables override these options.
function withoutInputs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_')));
}

// The worker leads its own process group, so that one signal also reaches its child buildx.
function stopWith(signal: AbortSignal, worker: Worker): void {
  signal.addEventListener('abort', () => {
    if (worker.pid !== undefined && worker.exitCode === null) {
      process.kill(-worker.pid, 'SIGINT');
    }
  });
}
