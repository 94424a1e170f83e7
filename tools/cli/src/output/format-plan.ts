/** The plan as people read it. Pure. */
import { buildName } from '@pysan/model';
import { formatReason, type Planned, type ReadyBuild, type State } from '@pysan/planning';
import { alignRows } from '@pysan/verification';

/** A line for each build in the order in which they are made, then how many there are of each state. */
export function formatPlan(builds: readonly Planned[]): string {
  return `${formatTable(builds)}\n\n${formatCounts(builds)}`;
}

/** All that is known of the last build, and a line for each of those that it is built on. */
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

/** The reason that decides and the next one: a waiting build's own comes second. */
function whyOf(state: State, reasons: Planned['reasons']): string {
  if (state === 'fresh') {
    return '';
  }
  const more = reasons.length > 2 ? ` (+${reasons.length - 2})` : '';
  // The state says it already.
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

/** A line for each build that can be published now, as `pysan publish` takes it. */
export function formatReady(ready: readonly ReadyBuild[]): string {
  const rows = ready.map(({ build, publish }) => [build, publish]);
  return ready.length === 0 ? 'No build is ready.' : alignRows(rows).join('\n');
}
