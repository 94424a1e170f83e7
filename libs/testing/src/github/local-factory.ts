/**
 * A whole factory. Upstreams, a repository with six images in chains, a GitHub whose workflows build them and
 * wake the coordinator, and a registry that they publish to; all of it on one clock, which the spec winds on.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { findRepository } from '@pysan/github';
import {
  type Build,
  buildName,
  formatPythonTag,
  isExpected,
  parsePythonTag,
  seriesTag,
  UpstreamError,
} from '@pysan/model';
import { hashChecks, resolveNewest, type CoordinationWorld } from '@pysan/releases';
import type { Present, PresentReader } from '@pysan/planning';
import { readImages } from '@pysan/workspace';

import { type LocalGitHub, startGitHub } from './local-github.ts';
import { type LocalRun, type Workflow } from './local-runs.ts';
import { createWorld, type World as Upstreams } from '../upstreams.ts';

export const hourMs = 60 * 60 * 1000;
export const dayMs = 24 * hourMs;
const minuteMs = 60 * 1000;
/** A Monday, at the hour of the schedule. */
const start = Date.parse('2026-11-23T06:00:00Z');
export const baseIdentity = 'sha256:base';
const coordinator = 'python_version_check.yml';
const token = 'ghs_factory';

/** The images of a factory, and what they take. */
export interface Family {
  readonly chain: readonly (readonly [name: string, parent: string | undefined, components: readonly string[]])[];
  readonly tracks: readonly string[];
  /** Of a run of an image's workflow. */
  readonly minutes: (image: string) => number;
}

const chain: Family['chain'] = [
  ['toolchain', undefined, ['debian']],
  ['cpython', 'toolchain', ['cpython']],
  ['cpython-tsan', 'cpython', ['cpython']],
  ['cpython-asan', 'cpython', ['cpython']],
  ['numpy-tsan', 'cpython-tsan', ['numpy']],
  ['numpy-asan', 'cpython-asan', ['numpy']],
  ['scipy-tsan', 'numpy-tsan', ['scipy']],
];

/** Seven images at two Python tags, an hour each. */
export const smallFamily: Family = { chain, tracks: ['3.13t', '3.14t'], minutes: () => 60 };

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

export async function startLocalFactory(runCoordinate: Coordinator, family = smallFamily): Promise<LocalFactory> {
  const upstreams = await createWorld();
  await writeImages(upstreams.root, family);
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
      takesMs: () => family.minutes(image) * minuteMs,
      finish: (run) => buildAndPublish(factory, image, run),
      wakes: coordinator,
    });
    return Object.fromEntries(family.chain.map(([name]) => [workflowOf(name), workflow(name, inputsOf(name, family))]));
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

function inputsOf(image: string, family: Family): string[] {
  const components = componentsOf(image, family);
  const python = components.includes('cpython') ? ['python_version'] : [];
  return [...python, ...['numpy', 'scipy'].filter((it) => components.includes(it)).map((it) => `${it}_version`)];
}

function componentsOf(image: string | undefined, family: Family): readonly string[] {
  const found = family.chain.find(([name]) => name === image);
  return found === undefined ? [] : [...componentsOf(found[1], family), ...found[2]];
}

async function writeImages(root: string, { chain: images, tracks }: Family): Promise<void> {
  await rm(path.join(root, 'images'), { recursive: true });
  await writeFile(path.join(root, '.dockerignore'), '**/project.json\n');
  for (const [name, parent, components] of images) {
    const folder = path.join(root, 'images', name);
    await mkdir(path.join(folder, 'checks'), { recursive: true });
    await writeFile(path.join(folder, 'project.json'), JSON.stringify(projectOf(name, parent, components, tracks)));
    const names = ['build_id', ...components.flatMap((it) => argNames[it] ?? [])];
    const lines = ['ARG base_image=x', 'FROM ${base_image}', ...names.map((it) => `ARG ${it}`)];
    await writeFile(path.join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
  }
}

const argNames: Readonly<Record<string, readonly string[]>> = {
  debian: ['llvm_version'],
  cpython: ['python_version', 'python_pin'],
  numpy: ['numpy_version', 'numpy_pin'],
  scipy: ['scipy_version', 'scipy_pin'],
};

function projectOf(
  name: string,
  parent: string | undefined,
  components: readonly string[],
  tracks: readonly string[],
): object {
  return {
    name,
    implicitDependencies: [...(parent === undefined ? [] : [parent]), ...components.map((it) => `versions-${it}`)],
    metadata: { pysan: { sanitizer: null, tracks: name === 'toolchain' ? [] : tracks, workflow: workflowOf(name) } },
  };
}

function readerOf(factory: LocalFactory): PresentReader {
  return ({ image, tag, id }) =>
    factory.hiccup(image, factory.gitHub.now() - start)
      ? Promise.reject(new UpstreamError(`the registry answered 503 for ${image}`))
      : Promise.resolve(find(factory, image, tag, id));
}

/** As a registry has it: what the tag of the build names, and whether its public tag names that too. */
function find({ registry }: LocalFactory, image: string, tag: string | undefined, id: string): Present | undefined {
  const [own, named] = [registry.get(`${image}@${id}`), registry.get(`${image}:${tag}`)];
  return own === undefined || named?.buildId === id ? (own ?? named) : { ...own, lacks: [String(tag)] };
}

/** What a workflow of an image does: it resolves its inputs, takes what is below from the registry, and publishes. */
async function buildAndPublish(factory: LocalFactory, image: string, run: LocalRun): Promise<'success' | 'failure'> {
  const { upstreams, registry, gitHub, fails } = factory;
  const { root, sites } = upstreams;
  const { python_version: python, numpy_version: numpy, scipy_version: scipy, build_id: name } = run.inputs;
  const given = Object.entries({ python, numpy, scipy }).filter(([, version]) => version !== undefined);
  const findBase = () => Promise.resolve({ reference: 'pysan-base:trixie', identity: baseIdentity });
  const request = { ...Object.fromEntries(given), locked: false };
  const { builds } = await resolveNewest({ root, sites, folder: root, findBase }, image, request);
  const wanted = builds.at(-1);
  if (wanted === undefined || buildName(wanted.id) !== name) {
    throw new Error(`${run.name} would make another build.`);
  }
  if (builds.slice(0, -1).some((below) => !registry.has(`${below.image.name}@${below.id}`))) {
    throw new Error(`${run.name} was started before its parent.`);
  }
  const present = find(factory, image, python === undefined ? undefined : seriesOfTag(python), wanted.id);
  if (present?.buildId === wanted.id && present.lacks === undefined) {
    throw new Error(`${run.name} was started though it is published.`);
  }
  if (fails(run.name, gitHub.now() - start)) {
    return 'failure';
  }
  const checks = await hashChecks(root, await readImages(root));
  publish(factory, wanted, checks.get(image) ?? '');
  return 'success';
}

function seriesOfTag(python: string): string {
  return formatPythonTag(seriesTag(parsePythonTag(python)));
}

function publish({ registry }: LocalFactory, { image, id, inputs, python }: Build, checksHash: string): void {
  const proof = { buildId: id, checksHash, verdict: 'pass' };
  const present: Present = { digest: `sha256:${id}`, buildId: id, inputs, proof };
  registry.set(`${image.name}@${id}`, present);
  const tag = python === undefined ? undefined : formatPythonTag(seriesTag(python));
  registry.set(`${image.name}:${tag}`, present);
}
