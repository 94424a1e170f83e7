/** The report of a verification: what `report.json` holds, and the table that people read. */
import { z } from 'zod';

import { type ComparedFinding, formatUpstream } from './known-findings.ts';
import { alignRows } from './table.ts';
import type { UpstreamFinding } from './upstream.ts';
import { type CaseVerdict, judgeBuild, type Verdict, verdicts } from './verdict.ts';

/** `artifactType` of a report that is attached to its image, and media type of its one layer. */
export const reportType = 'application/vnd.pysan.report.v1+json';

export interface CaseResult {
  /** `cpython-tsan/canary`: the image whose check it is, and the check's folder. */
  readonly check: string;
  readonly title: string;
  readonly proofs: readonly number[];
  readonly verdict: CaseVerdict;
  /** How often it ran. */
  readonly tries: number;
  readonly seconds: number;
  readonly reasons: readonly string[];
  /** Where each finding of the last try was: `data race: store race.c:14 / store race.c:14`. */
  readonly findings: readonly string[];
  /** What upstream's own code did in the last try. */
  readonly upstream: readonly UpstreamFinding[];
}

/** What was verified. */
export interface Subject {
  readonly image: string;
  /** Absent for an image below the first Python. */
  readonly pythonTag?: string;
  readonly buildId: string;
  /** Identity of the very bytes that were tested. */
  readonly imageId: string;
  /** Versions of the components inside: `{ cpython: '3.13.5', numpy: '2.4.6' }`. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** What others need of a report that was written to a file or a registry. */
export const reportSchema = z.object({
  buildId: z.string(),
  checksHash: z.string(),
  verdict: z.string(),
  results: z.array(z.unknown()).default([]),
  upstream: z
    .array(
      z.object({
        owner: z.string(),
        kind: z.string(),
        sites: z.array(z.string()),
        state: z.enum(['known', 'new']),
        issue: z.string().optional(),
      }),
    )
    .default([]),
});

export interface Report extends Subject {
  readonly schema: 1;
  readonly checksHash: string;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** In the order of the chain, then of the checks' names. */
  readonly results: readonly CaseResult[];
  /** What upstream's own code did, compared with what is known of it. It has no part in the verdict. */
  readonly upstream: readonly ComparedFinding[];
}

/** The report of a build that was verified. */
export function reportOf(
  verified: Pick<Report, keyof Subject | 'checksHash' | 'seconds' | 'results' | 'upstream'>,
): Report {
  return { schema: 1, ...verified, verdict: judgeBuild(verified.results) };
}

/**
 * The table for a terminal: a line for each case, the reasons under those that did not pass, what upstream's own code
 * did, the verdict last.
 */
export function formatReport(report: Report): string {
  const header = ['check', 'proof', 'verdict', 'tries', 'seconds', 'what'];
  const [head = '', ...lines] = alignRows([header, ...report.results.map(rowOf)]);
  const body = report.results.map((result, index) =>
    [lines[index], ...result.reasons.map((it) => `    ${it}`)].join('\n'),
  );
  return [head, ...body, '', ...formatAllUpstream(report.upstream), formatVerdict(report)].join('\n');
}

function formatAllUpstream(findings: readonly ComparedFinding[]): string[] {
  const lines = findings.map(({ state, issue, ...it }) => {
    const said = state === 'new' ? 'new' : `known, ${issue ?? 'no issue upstream'}`;
    return `    ${formatUpstream(it)} (${said})`;
  });
  return lines.length === 0 ? [] : ["found in upstream's own code, which says nothing about the image:", ...lines, ''];
}

function rowOf({ check, title, proofs, verdict, tries, seconds }: CaseResult): string[] {
  return [check, proofs.join(','), verdict, String(tries), seconds.toFixed(1), title];
}

/** One line, as a case comes in: `pass: cpython-tsan/silent: a correct program is silent (2.0 s)`. */
export function formatCase({ check, title, verdict, tries, seconds }: CaseResult): string {
  const spent = `${tries > 1 ? `${String(tries)} tries, ` : ''}${seconds.toFixed(1)} s`;
  return `${verdict}: ${check}: ${title} (${spent})`;
}

/** One line: `numpy-tsan 3.13.5t: pass (31 pass, 0 fail, 0 could-not-start; 84 s)`. */
export function formatVerdict({ image, pythonTag, verdict, results, seconds }: Report): string {
  const count = (verdict: CaseVerdict): number => results.filter((result) => result.verdict === verdict).length;
  const counts = verdicts.filter((it) => it !== 'upstream' || count(it) > 0).map((it) => `${String(count(it))} ${it}`);
  const name = pythonTag === undefined ? image : `${image} ${pythonTag}`;
  return `${name}: ${verdict} (${counts.join(', ')}; ${seconds.toFixed(0)} s)`;
}
