/**
 * What the controls share: they spoil an image that `./pysan build <image> --python 3.13.5t` left, and run some of its
 * checks on what came out.
 */
import { accessSync, constants } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

import { afterAll } from '@jest/globals';
import { removeTag, runLimited } from '@pysan/engine';
import { parsePythonTag } from '@pysan/model';
import { type Checks, readChecks, verifyImage } from '@pysan/proving';
import type { Report } from '@pysan/verification';
import { execa } from 'execa';

import { root } from './pysan.ts';

const derived: string[] = [];

afterAll(async () => {
  for (const reference of derived.splice(0)) {
    await removeTag(reference);
  }
});

/**
 * Runs on an image those cases of a chain, given from its first image to its last, whose check and title,
 * `cpython-tsan/canary: a race is found`, begin as said; answers their report.
 */
export async function verifyAs(
  chain: readonly string[],
  python: string,
  reference: string,
  begins: readonly string[],
): Promise<Report> {
  const checks = select(await readChecks(root, chain, parsePythonTag(python)), begins);
  const subject = { image: reference, buildId: '', imageId: '' };
  return verifyImage({
    subject,
    reference,
    sanitized: true,
    checks,
    run: runLimited,
    known: new Map(),
    onResult: () => undefined,
  });
}

function select({ folders, hash }: Checks, begins: readonly string[]): Checks {
  const selected = folders.map((folder) => ({
    ...folder,
    cases: folder.cases.filter(({ title }) => begins.some((it) => `${folder.name}: ${title}`.startsWith(it))),
  }));
  return { hash, folders: selected.filter(({ cases }) => cases.length > 0) };
}

/** Builds an image on top of another, from more lines of a Dockerfile; it is removed after the tests. Answers its reference. */
export async function derive(image: string, name: string, ...lines: string[]): Promise<string> {
  return buildControl(name, ['-'], [`FROM ${image}`, ...lines].join('\n'));
}

/** Builds an image with arguments of `docker build`; it is removed after the tests. Answers its reference. */
export async function buildControl(name: string, args: string[], input = ''): Promise<string> {
  const reference = `pysan-control-${name}:e2e`;
  derived.push(reference);
  await execa('docker', ['build', '--quiet', '--tag', reference, ...args], { cwd: root, input });
  return reference;
}

/** Verdicts by title. */
export function verdicts({ results }: Report): Record<string, string> {
  return Object.fromEntries(results.map(({ title, verdict }) => [title, verdict]));
}

/** All that did not pass, a reason a line. */
export function reasons({ results }: Report): string {
  return results.flatMap((result) => result.reasons).join('\n');
}

const randomisation = '/proc/sys/vm/mmap_rnd_bits';

/** Whether this process may change how many bits of addresses the host randomises. */
export function mayRandomise(): boolean {
  try {
    accessSync(randomisation, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Does something while the host randomises so many bits. Every program of the machine starts with these meanwhile, so it is short. */
export async function withRandomisation<T>(bits: number, work: () => Promise<T>): Promise<T> {
  const before = await readFile(randomisation, 'utf8');
  await writeFile(randomisation, String(bits));
  try {
    return await work();
  } finally {
    await writeFile(randomisation, before);
  }
}
