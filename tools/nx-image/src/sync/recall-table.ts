/** The table of recall in README.md, from what `bench/recall.ts` keeps. Pure. */
import { parseConfig } from '@pysan/versions';
import { z } from 'zod';

const count = z.int().nonnegative();
const groupSchema = z.object({ group: z.string(), seeded: count, found: count, clean: count, falseAlarms: count });
const figuresSchema = z.object({ image: z.string(), groups: z.array(groupSchema).min(1) });
const resultSchema = z.object({ figures: figuresSchema });

type Column = z.infer<typeof figuresSchema>;

/** Markdown, a row a group and a column a measured image, from files by their names; a ConfigError where one is malformed. Prettier aligns it. */
export function recallTable(results: Readonly<Record<string, string>>): string {
  const columns = Object.entries(results).map(([file, json]) => parseConfig(resultSchema, file, json).figures);
  const groups = [...new Set(columns.flatMap((column) => column.groups.map(({ group }) => group)))];
  const rows = [
    ['seeded races found', ...columns.map(({ image }) => image)],
    ['---', ...columns.map(() => '---')],
    ...groups.map((name) => [name, ...columns.map((column) => foundIn(column, ({ group }) => group === name))]),
    ['**all**', ...columns.map((column) => `**${foundIn(column, () => true)}**`)],
    ['false alarms in clean twins', ...columns.map(alarmsIn)],
  ];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Empty where the column was not measured with such programs. */
function foundIn({ groups }: Column, isCounted: (group: Column['groups'][number]) => boolean): string {
  const counted = groups.filter(isCounted);
  return counted.length === 0 ? '' : `${sum(counted, 'found')} of ${sum(counted, 'seeded')}`;
}

function alarmsIn({ groups }: Column): string {
  return `${sum(groups, 'falseAlarms')} of ${sum(groups, 'clean')}`;
}

function sum(groups: Column['groups'], field: 'seeded' | 'found' | 'clean' | 'falseAlarms'): number {
  return groups.reduce((total, group) => total + group[field], 0);
}
