/** `pysan doctor`: reports what this machine lacks, and the remedy. It starts and installs nothing. */
import { styleText } from 'node:util';

import type { Command } from 'commander';

import type { Finding } from '../doctor/rate.ts';

const colours = { ok: 'green', warning: 'yellow', problem: 'red' } as const;

const examples = `
Examples:
  pysan doctor
  pysan doctor --json

Exit codes: 0 no problem, 1 at least one problem.
`;

export function register(program: Command): void {
  program
    .command('doctor')
    .summary('check this machine, and print a remedy for each problem')
    .description('Checks this machine and prints a remedy for each problem. It installs and starts nothing.')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', examples)
    .action(doctor);
}

async function doctor({ json = false }: { json?: boolean }): Promise<void> {
  const [{ readFacts }, { rate }] = await Promise.all([import('../doctor/facts.ts'), import('../doctor/rate.ts')]);
  const findings = rate(await readFacts(process.env));
  console.log(json ? JSON.stringify(findings, undefined, 2) : findings.map(formatFinding).join('\n'));
  process.exitCode = findings.some(({ rating }) => rating === 'problem') ? 1 : 0;
}

function formatFinding({ name, rating, text, remedy }: Finding): string {
  const word = styleText(colours[rating], rating.padEnd(8), { stream: process.stdout });
  const line = `${word} ${name.padEnd(17)} ${text}`;
  return remedy === undefined ? line : `${line}\n${' '.repeat(9)}→ ${remedy}`;
}
