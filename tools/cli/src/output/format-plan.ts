/** Formats the plan for people. Pure. */
import { buildName } from '@pysan/model';
import { formatReason, type Planned, type ReadyBuild, type State } from '@pysan/planning';
import { alignRows } from '@pysan/verification';

/** One line for each build in build order, then the number of builds in each state. */
export function formatPlan(builds: readonly Planned[]): string {
  return `${formatTable(builds)}\n\n${formatCounts(builds)}`;
}

/** All that is known about the last build, and one line for each build that it depends on. */
export function formatExplanation(builds: readonly Planned[]): string {
  const asked = builds.at(-1);
  return asked === undefined ? '' : `${formatDetails(asked)}\n\n${formatTable(builds)}`;
}

function formatTable(builds: readonly Planned[]): string {
  const rows = [['image', 'python', 'release', 'state', 'why'], ...builds.map(rowOf)];
  return alignRows(rows).join('\n');
}

function rowOf({ image, tag = '', python = '', state, reasons }: Planned): string[] {
  return [image, tag, python, state, whyOf(state, reasons)];
}

/** The deciding reason and the next one. The second is a waiting build's own reason. */
function whyOf(state: State, reasons: Planned['reasons']): string {
  if (state === 'fresh') {
    return '';
  }
  const more = reasons.length > 2 ? ` (+${reasons.length - 2})` : '';
  // The column of the state already says this.
  const texts = reasons.slice(0, 2).map((it) => (it.code === state ? it.what : formatReason(it)));
  return `${texts.join('; ')}${more}`;
}

function formatCounts(builds: readonly Planned[]): string {
  const counts = [...Map.groupBy(builds, ({ state }) => state)].map(([state, list]) => `${list.length} ${state}`);
  return `${builds.length} builds: ${counts.join(', ')}`;
}

function formatDetails({ image, tag, python, state, reasons, buildId, present }: Planned): string {
  const lines = [
    ['Python', python],
    ['build', buildId === undefined ? undefined : `${buildName(buildId)} (${buildId})`],
    ['exists', present === undefined ? 'nothing' : `${buildName(present.buildId)}, ${present.digest}`],
    ...reasons.map((it, index) => [index === 0 ? 'because' : '', formatReason(it)]),
  ];
  const known = lines.filter(([, value]) => value !== undefined);
  return [
    `${image}${tag === undefined ? '' : `:${tag}`}: ${state}`,
    ...known.map(([name = '', value]) => `  ${name.padEnd(7)}  ${value}`),
  ].join('\n');
}

/** One line for each build that can be published now, as arguments of `pysan publish`. */
export function formatReady(ready: readonly ReadyBuild[]): string {
  const rows = ready.map(({ build, publish }) => [build, publish]);
  return ready.length === 0 ? 'No build is ready.' : alignRows(rows).join('\n');
}
