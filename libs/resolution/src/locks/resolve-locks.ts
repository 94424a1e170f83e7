/**
 * Asks all upstreams in parallel for the new locks. A component whose upstream does not answer keeps its lock, and the others
 * continue.
 */
import { isExpected } from '@pysan/model';
import { readWorkspace } from '@pysan/workspace';

import type { Findings } from './findings.ts';
import { type Context, type Job, listJobs } from './jobs.ts';

export interface Request extends Pick<Context, 'root' | 'sites' | 'preRelease'> {
  /** The components to look up; absent for all. */
  readonly only?: readonly string[];
}

export interface Failure {
  readonly component: string;
  readonly message: string;
}

export interface Resolution extends Findings {
  readonly failures: readonly Failure[];
}

/** The new releases for the locks, or for some of them. Writes nothing. Throws a ConfigError for a malformed lock. */
export async function resolveLocks(request: Request): Promise<Resolution> {
  const { images, locks } = await readWorkspace(request.root);
  const jobs = listJobs({ ...request, images, locks });
  const wanted = jobs.filter(({ component }) => request.only?.includes(component) ?? true);
  const outcomes = await Promise.all(wanted.map(settle));
  return {
    news: outcomes.flatMap(({ news }) => news),
    failures: outcomes.flatMap(({ failures }) => failures),
    changes: Object.assign({}, ...outcomes.map(({ changes }) => changes)) as Findings['changes'],
  };
}

async function settle({ component, run }: Job): Promise<Resolution> {
  try {
    return { ...(await run()), failures: [] };
  } catch (error) {
    if (!isExpected(error)) {
      throw error;
    }
    return { news: [], changes: {}, failures: [{ component, message: error.message }] };
  }
}
