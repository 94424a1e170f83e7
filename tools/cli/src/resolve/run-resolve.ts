/** `pysan resolve`, whatever servers it asks: looks, prints, writes when asked to. */
import { UpstreamError } from '@pysan/model';
import { writeFiles } from '@pysan/workspace';

import { formatFailures, formatOutcome, formatTable } from '../output/format-resolve.ts';
import { type Request, type Resolution, resolveLocks } from '@pysan/resolution';

export interface Command extends Request {
  readonly apply: boolean;
  readonly json: boolean;
  /** Offers to others what was written, and answers what became of it. */
  readonly offer?: (resolution: Resolution) => Promise<string>;
}

/** Throws an UpstreamError that names all components whose upstream could not tell, after all else is done. */
export async function runResolve(
  { apply, json, offer, ...request }: Command,
  output: Pick<Console, 'log' | 'error'>,
): Promise<void> {
  const resolution = await resolveLocks(request);
  if (apply) {
    await writeFiles(request.root, resolution.changes);
  }
  output.log(json ? formatJson(resolution, apply) : formatTable(resolution));
  const outcome = formatOutcome(resolution, apply);
  if (outcome !== undefined) {
    output.error(outcome);
  }
  if (offer !== undefined) {
    output.error(await offer(resolution));
  }
  if (resolution.failures.length > 0) {
    throw new UpstreamError(formatFailures(resolution.failures));
  }
}

function formatJson({ news, failures, changes }: Resolution, applied: boolean): string {
  return JSON.stringify({ news, failures, changes: Object.keys(changes), applied }, undefined, 2);
}
