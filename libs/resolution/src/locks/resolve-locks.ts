/**
 * Asks all upstreams side by side what the locks would become. A component whose upstream cannot tell keeps its lock
 * as it is; the others go on.
 */
import { isExpected } from '@pysan/model';
import { readWorkspace } from '@pysan/workspace';

import type { Findings } from './findings.ts';
import { type Context, type Job, listJobs } from './jobs.ts';

export interface Request extends Pick<Context, 'root' | 'sites' | 'preRelease'> {
  /** The components to ask for; all where nothing is said. */
  readonly only?: readonly string[];
}

export interface Failure {
  readonly component: string;
  readonly message: string;
}

export interface Resolution extends Findings {
  readonly failures: readonly Failure[];
}

/** Everything that upstreams have for the locks, or for some of them; writes nothing. Throws a ConfigError for a malformed lock. */
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
