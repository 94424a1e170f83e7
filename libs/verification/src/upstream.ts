/**
 * Tells the findings of upstream's own code (the standard library, numpy, scipy …) from those of a check's program.
 * They say nothing about the image. Pure.
 */
import { fileName, isSymbolised } from './findings.ts';
import type { Finding, Frame, Stack } from './reading.ts';

/** What upstream's own code did. Kind and sites are its identity: they survive rebuilds and moved lines. */
export interface UpstreamFinding {
  /** The component whose code did it: `cpython`, `numpy`, `scipy` … */
  readonly owner: string;
  /** `data race`, `direct leak`, … */
  readonly kind: string;
  /** `scipy scipy/integrate/__quadpack.h init_callback`, one for each access, sorted. */
  readonly sites: readonly string[];
}

/** A finding, less what upstream's own code did. */
export interface Divided {
  /** Absent when all of it is upstream's. */
  readonly rest?: Finding;
  readonly upstream: readonly UpstreamFinding[];
}

const leakTitle = /^(direct|indirect) leak of /i;
const accessTitle = /^(?:previous )?(?:atomic )?(?:read|write) of size /i;
// Memory that was freed too early is as much the fault of the one who freed it.
const partnerTitle = /^(?:freed by |Mutex M\d+ (?:previously )?acquired )/;

/** Divides one report; of a report of leaks each leak has an owner of its own. */
export function divide(finding: Finding): Divided {
  const leaks = finding.stacks.filter(({ title }) => leakTitle.test(title));
  return leaks.length > 0 ? divideLeaks(finding, leaks) : divideOther(finding);
}

function divideLeaks(finding: Finding, leaks: readonly Stack[]): Divided {
  const theirs = leaks.filter((stack) => ownerOf([stack]) !== undefined);
  const upstream = theirs.map((stack) => {
    const kind = `${leakTitle.exec(stack.title)?.[1] ?? ''} leak`.toLowerCase();
    return { owner: ownerOf([stack]) ?? '', kind, sites: [leakSite(stack)] };
  });
  const stacks = finding.stacks.filter((stack) => !theirs.includes(stack));
  return stacks.length === 0 ? { upstream } : { rest: { ...finding, stacks }, upstream };
}

function divideOther(finding: Finding): Divided {
  const stacks = responsibleStacks(finding);
  const owner = isComplete(finding) ? ownerOf(stacks) : undefined;
  if (owner === undefined) {
    return { rest: finding, upstream: [] };
  }
  const sites = stacks.map((stack) => siteOf(ownFrames(stack)[0])).toSorted();
  return { upstream: [{ owner, kind: finding.kind, sites }] };
}

// A thread that is never joined is a fault of the program, even if a library started it.
function isComplete({ kind, summary, stacks }: Finding): boolean {
  return kind !== 'thread leak' && summary !== undefined && stacks.flatMap(({ frames }) => frames).every(isSymbolised);
}

function responsibleStacks({ stacks }: Finding): readonly Stack[] {
  const accesses = stacks.filter(({ title }) => accessTitle.test(title));
  const partners = stacks.filter(({ title }) => partnerTitle.test(title));
  return accesses.length > 0 ? [...accesses, ...partners] : [...stacks.slice(0, 1), ...partners];
}

/** The component in which all these stacks begin, if none of them contains other code. */
function ownerOf(stacks: readonly Stack[]): string | undefined {
  const owners = stacks.map((stack) => componentOf(ownFrames(stack)[0]));
  const foreign = stacks.flatMap(({ frames }) => frames).some(isForeign);
  return foreign || owners.includes(undefined) ? undefined : owners[0];
}

/** Without what stands for its caller: the runtime's interceptors, and inline functions of headers. */
function ownFrames({ frames }: Stack): readonly Frame[] {
  const start = frames.findIndex((frame) => !isHelper(frame));
  return start === -1 ? [] : frames.slice(start);
}

const interpreter = /^python3[\d.]*t?$/;
const header = /^\/usr\/(?:include|lib)\/|\/Include\/|\/numpy\/_core\/include\//;

function isHelper({ file, module }: Frame): boolean {
  return file === undefined ? interpreter.test(fileName(module ?? '')) : header.test(file);
}

function isForeign(frame: Frame): boolean {
  const { file, module } = frame;
  if (file !== undefined) {
    return componentOf(frame) === undefined && !header.test(file);
  }
  return !isSymbolised(frame) && !interpreter.test(fileName(module ?? ''));
}

// Where the recipes unpack what they build.
const source = /^\/usr\/src\/([^/]+)\/(.+)$/;

function componentOf(frame: Frame | undefined): string | undefined {
  const name = source.exec(frame?.file ?? '')?.[1];
  return name === 'python' ? 'cpython' : name;
}

function siteOf(frame: Frame | undefined): string {
  const below = (source.exec(frame?.file ?? '')?.[2] ?? '').replaceAll(/(?<=^|\/)(?:[^/]+\/\.\.|\.)\//g, '');
  // Arguments of templates and functions change with the compiler.
  const name = (frame?.function ?? '').replace(/[<(].*/, '');
  return `${componentOf(frame) ?? ''} ${below} ${name}`;
}

// All locks are made by one function, so a leak is known by its callers as well.
function leakSite(stack: Stack): string {
  return ownFrames(stack).slice(0, 3).map(siteOf).join(' < ');
}
