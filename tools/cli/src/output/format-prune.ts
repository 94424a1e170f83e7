/** Formats what `pysan prune` would remove from a registry, and what it removed. Pure. */
import { UpstreamError } from '@pysan/model';
import type { Removed } from '@pysan/releases';
import { type Prune, type Removal, storedName } from '@pysan/retention';

/** One line for each manifest to remove, in the order of removal, then the counts. */
export function formatPrune({ keep, remove }: Prune): string {
  return [
    ...remove.map(formatRemoval),
    `${remove.length} of ${keep.length + remove.length} manifests would be removed`,
  ].join('\n');
}

function formatRemoval({ image, digest, tags, reason }: Removal): string {
  const named = tags.length === 0 ? '' : ` (${tags.join(' ')})`;
  return `${storedName(image, digest)}${named}: ${reason}`;
}

/** One line for each removal as it happens. */
export function formatRemoved({ removal, outcome, because }: Removed): string {
  const remark = because ?? removal.reason;
  return `${outcome} ${storedName(removal.image, removal.digest)}: ${remark}`;
}

/** `12 removed, 1 gone, 2 failed, 5 left` */
export function formatOutcome(done: readonly Removed[]): string {
  const counts = [...Map.groupBy(done, ({ outcome }) => outcome)].map(([outcome, list]) => `${list.length} ${outcome}`);
  return counts.length === 0 ? 'nothing to remove' : counts.join(', ');
}

/** UpstreamError when a removal failed. */
export function requireRemoved(done: readonly Removed[]): void {
  if (done.some(({ outcome }) => outcome === 'failed')) {
    throw new UpstreamError(
      'Some manifests could not be removed. They are kept, with the manifests that they refer to. Run the command again.',
    );
  }
}
