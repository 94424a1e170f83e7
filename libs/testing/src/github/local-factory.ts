/**
 * A whole factory. Upstreams, a repository with six images in chains, a GitHub whose workflows build them and
 * wake the coordinator, and a registry that they publish to; all of it on one clock, which the spec winds on.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { findRepository } from '@pysan/github';
import { type Build, buildName, formatPythonTag, isExpected, UpstreamError } from '@pysan/model';
import { hashChecks, readCandidates, readUpstreamLocks, type CoordinationWorld } from '@pysan/releases';
import { isObstacle, type Present, type PresentReader } from '@pysan/planning';
import { readImages } from '@pysan/workspace';

import { type LocalGitHub, startGitHub } from './local-github.ts';
import { type LocalRun, type Workflow } from './local-runs.ts';
import { createWorld, type World as Upstreams } from '../upstreams.ts';

export const hourMs = 60 * 60 * 1000;
export const dayMs = 24 * hourMs;
const minuteMs = 60 * 1000;
/** A Monday, at the hour of the schedule. */
const start = Date.parse('2026-11-23T06:00:00Z');
const tracks = ['3.13t', '3.14t'];
const baseIdentity = 'sha256:base';
const coordinator = 'python_version_check.yml';
const token = 'ghs_factory';

const chain: readonly (readonly [name: string, parent: string | undefined, components: readonly string[]])[] = [
  ['toolchain', undefined, ['debian']],
  ['cpython', 'toolchain', ['cpython']],
  ['cpython-tsan', 'cpython', ['cpython']],
  ['cpython-asan', 'cpython', ['cpython']],
  ['numpy-tsan', 'cpython-tsan', ['numpy']],
  ['numpy-asan', 'cpython-asan', ['numpy']],
  ['scipy-tsan', 'numpy-tsan', ['scipy']],
];

interface CoordinatorOptions {
  readonly apply?: boolean;
  readonly json?: boolean;
  readonly summaryFile?: string;
}

/** `pysan coordinate` in a world of the caller's choice. */
type Coordinator = (
  command: CoordinationWorld & CoordinatorOptions & { readonly apply: boolean; readonly json: boolean },
  output: Pick<Console, 'log' | 'error'>,
) => Promise<void>;

export interface LocalFactory {
  readonly upstreams: Upstreams;
  readonly gitHub: LocalGitHub;
  /** What is published, by `numpy-tsan:3.14.11t-b0123456789ab`, and by what each tag names now: `numpy-tsan:3.14t`. */
  readonly registry: Map<string, Present>;
  /** Says of a run whether it fails, by its name. */
  fails: (name: string, now: number) => boolean;
  /** Says which images the registry cannot tell of. */
  hiccup: (image: string, now: number) => boolean;
  /** What each run of the coordinator printed, and how it ended. */
  readonly log: { readonly at: number; readonly table: string; readonly problem: string | undefined }[];
  /** Has the schedule start the coordinator, and lets time pass. */
  readonly pass: (ms: number) => Promise<void>;
  /** The coordinator at this very moment, outside of any workflow; it answers the problem that it ends with. */
  readonly coordinate: (options?: CoordinatorOptions) => Promise<string | undefined>;
  readonly stop: () => Promise<void>;
}

export async function startLocalFactory(runCoordinate: Coordinator): Promise<LocalFactory> {
  const upstreams = await createWorld();
  await writeImages(upstreams.root);
  const workflows = { ...imageWorkflows(), [coordinator]: coordinatorWorkflow() };
  const gitHub = await startGitHub({ repository: 'own/pysan', tokens: [token], workflows, start });
  const factory: LocalFactory = {
    upstreams,
    gitHub,
    registry: new Map(),
    fails: () => false,
    hiccup: () => false,
    log: [],
    pass: async (ms) => {
      gitHub.start(coordinator);
      await gitHub.advance(ms);
    },
    coordinate,
    stop: async () => {
      gitHub.stop();
      await upstreams.stop();
    },
  };
  return factory;

  async function coordinate(options: CoordinatorOptions = {}): Promise<string | undefined> {
    const environment = { GITHUB_API_URL: gitHub.origin, GITHUB_REPOSITORY: 'own/pysan', GITHUB_TOKEN: token };
    const command = {
      root: upstreams.root,
      sites: upstreams.sites,
      read: readerOf(factory),
      baseIdentity,
      gitHub: findRepository(environment, 0.1),
      now: gitHub.now(),
      apply: true,
      json: false,
      ...options,
    };
    const lines: string[] = [];
    const output = { log: (text: string) => lines.push(text), error: (text: string) => lines.push(text) };
    const problem = await runCoordinate(command, output).then(() => undefined, messageOf);
    factory.log.push({ at: gitHub.now() - start, table: lines.join('\n'), problem });
    return problem;
  }

  function coordinatorWorkflow(): Workflow {
    return {
      inputs: [],
      runName: () => 'coordinator',
      group: () => '',
      takesMs: () => 2 * minuteMs,
      finish: async () => ((await coordinate()) === undefined ? 'success' : 'failure'),
    };
  }

  function imageWorkflows(): Record<string, Workflow> {
    const workflow = (image: string, inputs: readonly string[]): Workflow => ({
      inputs: [...inputs, 'build_id'],
      runName: ({ python_version: python = '', build_id: build = '' }) => `${image} ${python} ${build}`,
      group: ({ python_version: python = '' }) => python,
      takesMs: () => hourMs,
      finish: (run) => buildAndPublish(factory, image, run),
      wakes: coordinator,
    });
    return Object.fromEntries(chain.map(([name]) => [workflowOf(name), workflow(name, inputsOf(name))]));
  }
}

function messageOf(error: unknown): string {
  if (!isExpected(error)) {
    throw error;
  }
  return error.message;
}

function workflowOf(image: string): string {
  return `docker_image_${image.replace('-', '_')}.yml`;
}

function inputsOf(image: string): string[] {
  const [library = ''] = image.split('-');
  const libraries = ['numpy', 'scipy'].slice(0, 1 + ['numpy', 'scipy'].indexOf(library));
  return image === 'toolchain' ? [] : ['python_version', ...libraries.map((it) => `${it}_version`)];
}

async function writeImages(root: string): Promise<void> {
  await rm(path.join(root, 'images'), { recursive: true });
  await writeFile(path.join(root, '.dockerignore'), '**/project.json\n');
  for (const [name, parent, components] of chain) {
    const folder = path.join(root, 'images', name);
    await mkdir(path.join(folder, 'checks'), { recursive: true });
    await writeFile(path.join(folder, 'project.json'), JSON.stringify(projectOf(name, parent, components)));
    const names = components.flatMap((it) => argNames[it] ?? []);
    await writeFile(path.join(folder, 'Dockerfile'), `ARG base_image=x\nFROM \${base_image}\nARG ${names.join(' ')}\n`);
  }
}

const argNames: Readonly<Record<string, readonly string[]>> = {
  debian: ['llvm_version'],
  cpython: ['python_version', 'python_pin'],
  numpy: ['numpy_version', 'numpy_pin'],
  scipy: ['scipy_version', 'scipy_pin'],
};

function projectOf(name: string, parent: string | undefined, components: readonly string[]): object {
  return {
    name,
    implicitDependencies: [...(parent === undefined ? [] : [parent]), ...components.map((it) => `versions-${it}`)],
    metadata: { pysan: { sanitizer: null, tracks: name === 'toolchain' ? [] : tracks, workflow: workflowOf(name) } },
  };
}

function readerOf({ registry, hiccup, gitHub }: LocalFactory): PresentReader {
  return ({ image, tag, id }) =>
    hiccup(image, gitHub.now() - start)
      ? Promise.reject(new UpstreamError(`the registry answered 503 for ${image}`))
      : Promise.resolve(registry.get(`${image}@${id}`) ?? registry.get(`${image}:${tag}`));
}

/**
 * What a workflow of an image does: it names the chain by its inputs and the locks of its branch, takes the parent from
 * the registry, and publishes what it made.
 */
async function buildAndPublish(factory: LocalFactory, image: string, run: LocalRun): Promise<'success' | 'failure'> {
  const { upstreams, registry, gitHub, fails } = factory;
  const { root, sites } = upstreams;
  const { locks } = await readUpstreamLocks(root, sites);
  const candidates = await readCandidates(root, { baseIdentity, commits: new Map(), locks });
  const checks = await hashChecks(root, await readImages(root));
  const builds = candidates.map(({ build }) => build).filter((it): it is Build => !isObstacle(it));
  const wanted = builds.find((build) => build.image.name === image && isFor(run, build));
  const below = builds.filter(({ id }) => chainOf(wanted, builds).includes(id) && id !== wanted?.id);
  const missing = below.filter(({ image: { name }, id }) => !registry.has(`${name}@${id}`));
  if (wanted === undefined || missing.length > 0) {
    throw new Error(`${run.name} was started before its parent.`);
  }
  if (registry.has(`${image}@${wanted.id}`)) {
    throw new Error(`${run.name} was started though it is published.`);
  }
  if (fails(run.name, gitHub.now() - start)) {
    return 'failure';
  }
  publish(factory, wanted, checks.get(image) ?? '');
  return 'success';
}

function isFor({ inputs }: LocalRun, { id, python, contents }: Build): boolean {
  const libraries = contents.filter(({ component }) => `${component}_version` in inputs);
  return (
    inputs['python_version'] === (python === undefined ? undefined : formatPythonTag(python)) &&
    inputs['build_id'] === buildName(id) &&
    libraries.every(({ component, version }) => inputs[`${component}_version`] === version)
  );
}

/** The ids of a build and of those that it is built on. */
function chainOf(build: Build | undefined, builds: readonly Build[]): string[] {
  const parent = builds.find(({ id }) => id === build?.inputs.parent);
  return build === undefined ? [] : [build.id, ...chainOf(parent, builds)];
}

function publish({ registry }: LocalFactory, { image, id, inputs, python }: Build, checksHash: string): void {
  const proof = { buildId: id, checksHash, verdict: 'pass' };
  const present: Present = { digest: `sha256:${id}`, buildId: id, inputs, proof };
  registry.set(`${image.name}@${id}`, present);
  const tag = python === undefined ? undefined : tracks.find((it) => python.version.startsWith(it.slice(0, -1)));
  registry.set(`${image.name}:${tag}`, present);
}
