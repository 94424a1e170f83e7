/**
 * The resolution that the tasks of one Nx run share. `./pysan` makes it and passes its path. With plain `nx run` the first task
 * makes it for all images of the run, and the other tasks find it by the Nx process that runs them.
 */
import { createHash } from 'node:crypto';
import { readFile, readlink, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

import type { ExecutorContext } from '@nx/devkit';
import { ConfigError } from '@pysan/model';
import { type Resolved, readResolution } from '@pysan/resolution/resolved';

import { report } from './executors/run-task.ts';
import type { Task } from './make-task-resolution.ts';
import type { TaskOptions } from './task-options.ts';

/** Reads the resolution of a task, or makes it. Pulls or bootstraps the base if there is none. */
export async function taskResolution(
  { resolution, parents: _, ...request }: TaskOptions,
  { root, projectName = '', taskGraph }: ExecutorContext,
  findBase: Task['findBase'] = getBase,
): Promise<Resolved> {
  if (resolution !== undefined) {
    return readResolution(root, resolution);
  }
  const names = Object.values(taskGraph?.tasks ?? {}).map(({ target }) => target.project);
  const make = async (): Promise<{ file: string; resolved: Resolved }> => {
    const { makeTaskResolution } = await import('./make-task-resolution.ts');
    return makeTaskResolution({
      root,
      names: [...new Set(names.length === 0 ? [projectName] : names)],
      request,
      report,
      findBase,
    });
  };
  const run = await nameNxRun(process.env['NX_INVOCATION_ROOT_PID']);
  return run === undefined ? (await make()).resolved : shareInRun(root, [run, request], make);
}

const getBase: Task['findBase'] = async (lock) => (await import('@pysan/building')).ensureBase(lock, report);

/** The resolution that tasks with the same key share. Calls `make` if none can be read. For tests. */
export async function shareInRun(
  root: string,
  key: readonly unknown[],
  make: () => Promise<{ file: string; resolved: Resolved }>,
): Promise<Resolved> {
  const link = path.join(root, 'dist/plans', `nx-${createHash('sha256').update(JSON.stringify(key)).digest('hex')}`);
  const known = await readShared(root, link);
  if (known !== undefined) {
    return known;
  }
  const { file, resolved } = await make();
  // If two tasks make one in parallel, the first counts: creating a link is atomic, and never replaces another.
  await symlink(path.basename(file), link).catch(ignore('EEXIST'));
  return (await readShared(root, link)) ?? resolved;
}

/** The target of a link; undefined if there is none. A link to a missing or damaged file is removed. */
async function readShared(root: string, link: string): Promise<Resolved | undefined> {
  const name = await orAbsent(readlink(link));
  if (name === undefined) {
    return undefined;
  }
  return readResolution(root, path.join('dist/plans', name)).catch(async (error: unknown) => {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    await rm(link, { force: true });
    return undefined;
  });
}

/** Process id and start time of the Nx that runs this task; undefined outside Nx. */
async function nameNxRun(pid: string | undefined): Promise<string | undefined> {
  if (pid === undefined) {
    return undefined;
  }
  // Process ids are reused: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, field 22. Elsewhere the id must do.
  const stat = await orAbsent(readFile(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat?.replace(/^.*\) /, '').split(' ');
  return `${pid} ${fields?.[19] ?? ''}`;
}

function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch(ignore('ENOENT'));
}

function ignore(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) {
      throw error;
    }
  };
}
