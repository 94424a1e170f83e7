/** Seconds of the commands that people wait for, as medians, when there is nothing to build. */
import { keep, median, timeCommand } from './measure.ts';

const commands: readonly [string, ...string[]][] = [
  ['./pysan', '--help'],
  ['./pysan', 'doctor'],
  ['./pysan', 'build', 'numpy-tsan', '--python', '3.13.5t'],
  ['npx', 'nx', 'run', 'numpy-tsan:build', '--python=3.13.5t'],
];
const runs = Number(process.argv[2] ?? 7);

const figures = [];
for (const command of commands) {
  await timeCommand(command);
  const seconds = [];
  for (let run = 0; run < runs; run += 1) {
    seconds.push(await timeCommand(command));
  }
  figures.push({ command: command.join(' '), seconds, median: median(seconds) });
}
await keep('commands', `npm run bench -- bench/commands.ts ${runs}`, figures);
