/** The baseline of an image: what upstream's own threaded tests did in it, and how often each finding came. Pure. */
import { z } from 'zod';

import type { KnownFindings } from './known-findings.ts';

/** `artifactType` of a baseline that is attached to its image, and media type of its one layer. */
export const baselineType = 'application/vnd.pysan.baseline.v1+json';

const runs = z.int().min(1).max(1000);

const findingSchema = z
  .strictObject({
    id: z.string().regex(/^san1:[0-9a-f]{12}$/),
    kind: z.string(),
    sites: z.array(z.strictObject({ dist: z.string(), file: z.string(), function: z.string() })),
    /** Runs that saw it, of `runs`. */
    hits: z.int().nonnegative(),
    runs,
    /** Node id of a test that shows it. */
    by: z.string().optional(),
    first_build: z.string().optional(),
    last_build: z.string().optional(),
    /** Upstream's issue. */
    issue: z.string().optional(),
    state: z.string(),
  })
  .refine(({ hits, runs: of }) => hits <= of, 'expected hits to be at most runs');

/** One line of races.jsonl, as `san baseline` reads and writes it. */
export type BaselineFinding = z.infer<typeof findingSchema>;

const schema = z.object({
  schemaVersion: z.literal(1),
  image: z.string(),
  /** Absent for an image below the first Python. */
  pythonTag: z.string().optional(),
  buildId: z.string(),
  /** Versions of the components inside: `{ cpython: '3.13.5', numpy: '2.4.6' }`. */
  versions: z.record(z.string(), z.string()),
  /** How often the tests ran, which counts where nothing was found, too. */
  runs,
  findings: z.array(findingSchema),
});

export type Baseline = z.infer<typeof schema>;

/** The baseline in the text of an attachment; a ZodError or SyntaxError where it is none. */
export function parseBaseline(text: string): Baseline {
  return schema.parse(JSON.parse(text));
}

const runsLine = z.strictObject({ runs });

/** The findings in lines of races.jsonl, the first of which is the number of runs; a ZodError or SyntaxError where one is none. */
export function parseBaselineLines([first = '', ...lines]: readonly string[]): readonly BaselineFinding[] {
  runsLine.parse(JSON.parse(first));
  return lines.map((line) => findingSchema.parse(JSON.parse(line)));
}

/** The text of races.jsonl. */
export function formatBaselineLines({ runs: of, findings }: Pick<Baseline, 'runs' | 'findings'>): string {
  return [{ runs: of }, ...findings].map((it) => `${JSON.stringify(it)}\n`).join('');
}

/** With upstream's issues, where `known` has one for the releases inside and the finding none of its own. */
export function withIssues<T extends Baseline>(baseline: T, known: KnownFindings): T {
  const { findings, versions } = baseline;
  return {
    ...baseline,
    findings: findings.map((it) => {
      const issue = it.issue ?? issueOf(it, known, versions);
      return issue === undefined ? it : { ...it, issue };
    }),
  };
}

function issueOf(
  { kind, sites }: BaselineFinding,
  known: KnownFindings,
  versions: Readonly<Record<string, string>>,
): string | undefined {
  const own = sites.map((it) => `${it.dist} ${it.file} ${it.function}`).toSorted();
  const candidates = sites.flatMap(({ dist }) =>
    (known.get(dist) ?? []).filter((it) => it.releases.includes(versions[dist] ?? '')),
  );
  const match = candidates.find((it) => it.kind === kind && it.sites.toSorted().join('\n') === own.join('\n'));
  return match?.issue;
}

/** `san1:0123456789ab  3 of 10 runs  https://…/30085  data race: f numpy:a.c / g numpy:b.c` */
export function formatBaselineFinding(finding: BaselineFinding): string {
  const { id, hits, runs: of, issue, state } = finding;
  const parts = [id, `${String(hits)} of ${String(of)} runs`, state === 'open' ? '' : state, issue ?? ''];
  return [...parts.filter((it) => it !== ''), describeBaselineFinding(finding)].join('  ');
}

/** `data race: f numpy:a.c / g numpy:b.c` */
export function describeBaselineFinding({ kind, sites }: Pick<BaselineFinding, 'kind' | 'sites'>): string {
  return `${kind}: ${sites.map((it) => `${it.function} ${it.dist}:${it.file}`).join(' / ')}`;
}
