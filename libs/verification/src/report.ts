/** The report of a verification: what `report.json` holds, and the table that people read. */
import { z } from 'zod';

import { alignRows } from './table.ts';
import { judgeBuild, type Verdict, verdicts } from './verdict.ts';

/** `artifactType` of a report that is attached to its image, and media type of its one layer. */
export const reportType = 'application/vnd.pysan.report.v1+json';

export interface CaseResult {
  /** `cpython-tsan/canary`: the image whose check it is, and the check's folder. */
  readonly check: string;
  readonly title: string;
  readonly proofs: readonly number[];
  readonly verdict: Verdict;
  /** How often it ran. */
  readonly tries: number;
  readonly seconds: number;
  readonly reasons: readonly string[];
  /** Where each finding of the last try was: `data race: store race.c:14 / store race.c:14`. */
  readonly findings: readonly string[];
}

/** What was verified. */
export interface Subject {
  readonly image: string;
  /** Absent for an image below the first Python. */
  readonly pythonTag?: string;
  readonly buildId: string;
  /** Identity of the very bytes that were tested. */
  readonly imageId: string;
}

/** What others need of a report that was written to a file or a registry. */
export const reportSchema = z.object({
  buildId: z.string(),
  checksHash: z.string(),
  verdict: z.string(),
  results: z.array(z.unknown()).default([]),
});

export interface Report extends Subject {
  readonly schema: 1;
  readonly checksHash: string;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** In the order of the chain, then of the checks' names. */
  readonly results: readonly CaseResult[];
}

/** The report of a build that was verified. */
export function reportOf(
  subject: Subject,
  checksHash: string,
  seconds: number,
  results: readonly CaseResult[],
): Report {
  return { schema: 1, ...subject, checksHash, verdict: judgeBuild(results), seconds, results };
}

/** The table for a terminal: a line for each case, the reasons under those that did not pass, the verdict last. */
export function formatReport(report: Report): string {
  const header = ['check', 'proof', 'verdict', 'tries', 'seconds', 'what'];
  const [head = '', ...lines] = alignRows([header, ...report.results.map(rowOf)]);
  const body = report.results.map((result, index) =>
    [lines[index], ...result.reasons.map((it) => `    ${it}`)].join('\n'),
  );
  return [head, ...body, '', formatVerdict(report)].join('\n');
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
  const counts = verdicts.map((it) => `${String(results.filter((result) => result.verdict === it).length)} ${it}`);
  const name = pythonTag === undefined ? image : `${image} ${pythonTag}`;
  return `${name}: ${verdict} (${counts.join(', ')}; ${seconds.toFixed(0)} s)`;
}
