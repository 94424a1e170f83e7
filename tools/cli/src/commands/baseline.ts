/** `pysan baseline <image>`: runs upstream's own threaded tests in an image, and counts how often each finding occurs. */
import { type Command, InvalidArgumentError } from 'commander';

interface BaselineOptions {
  readonly python?: string;
  readonly runs: number;
}

const examples = `
Examples:
  pysan baseline numpy-tsan
  pysan baseline numpy-tsan --python 3.14t --runs 30
  san baseline diff old.jsonl new.jsonl     new, gone and rarer findings, and those with too few runs to tell

The tests are images/<image>/own-tests. The result is races.jsonl beside build.json; \`san baseline\` shows and compares it.
`;

export function register(program: Command): void {
  program
    .command('baseline <image>')
    .summary("record how often upstream's own threaded tests race in an image")
    .description(
      "Runs upstream's own threaded tests in an image that was built here, and counts how often each finding occurs.",
    )
    .option('--python <tag>', 'a release or series: 3.14.3t, 3.14t (default: the image that was built last)')
    .option('--runs <number>', 'how often the tests run', parseRuns, 10)
    .addHelpText('after', examples)
    .action(baseline);
}

function parseRuns(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1 || runs > 1000) {
    throw new InvalidArgumentError('expected a number of runs from 1 to 1000.');
  }
  return runs;
}

async function baseline(image: string, { python, runs }: BaselineOptions): Promise<void> {
  const [{ requireImage }, { openEngine }, { requireBuilt }, { recordBaseline }, { root }] = await Promise.all([
    import('../require-image.ts'),
    import('@pysan/engine'),
    import('../run/container.ts'),
    import('@pysan/proving'),
    import('../root.ts'),
  ]);
  await requireImage(image);
  await openEngine({ report: console.error });
  const reference = await requireBuilt(image, python);
  await recordBaseline({ root, imageName: image, reference, runs, report: console.error });
}
