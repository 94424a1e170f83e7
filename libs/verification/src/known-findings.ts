/** What upstream's own code is known to do in a release: `versions/<component>/findings.json`. Pure. */
import { parseConfig } from '@pysan/versions';
import { z } from 'zod';

import type { UpstreamFinding } from './upstream.ts';

const known = z.strictObject({
  /** Releases that it was seen in. */
  releases: z.array(z.string()).min(1),
  kind: z.string().min(1),
  /** As a report prints them. */
  sites: z.array(z.string().min(1)).min(1),
  /** Upstream's issue; absent while upstream has none. */
  issue: z.url().optional(),
});

const schema = z.strictObject({ findings: z.array(known) });

export type KnownFinding = z.infer<typeof known>;

/** The known findings of each component, by its name. */
export type KnownFindings = ReadonlyMap<string, readonly KnownFinding[]>;

/** Parses the text of a findings.json; a ConfigError lists every problem of it. */
export function parseKnownFindings(file: string, text: string): readonly KnownFinding[] {
  return parseConfig(schema, file, text).findings;
}

/** A finding of upstream's, compared with what is known of the release that is inside the image. */
export interface ComparedFinding extends UpstreamFinding {
  readonly state: 'known' | 'new';
  readonly issue?: string;
}

/** Each finding once. `versions` are those of the components inside, `{ cpython: '3.13.5' }`. */
export function compareWithKnown(
  findings: readonly UpstreamFinding[],
  all: KnownFindings,
  versions: Readonly<Record<string, string>>,
): readonly ComparedFinding[] {
  const distinct = new Map(findings.map((finding) => [formatUpstream(finding), finding]));
  return [...distinct.values()].map((finding) => {
    const release = versions[finding.owner] ?? '';
    const match = all.get(finding.owner)?.find((it) => it.releases.includes(release) && isSame(it, finding));
    const issue = match?.issue === undefined ? {} : { issue: match.issue };
    return { ...finding, state: match === undefined ? 'new' : 'known', ...issue };
  });
}

function isSame(left: KnownFinding, right: UpstreamFinding): boolean {
  return left.kind === right.kind && left.sites.toSorted().join('\n') === right.sites.join('\n');
}

/** `cpython, direct leak: cpython Python/thread_pthread.h PyThread_allocate_lock < …`. */
export function formatUpstream({ owner, kind, sites }: UpstreamFinding): string {
  return `${owner}, ${kind}: ${sites.join(' / ')}`;
}
