/** `pysan baseline <image>`: runs upstream's own threaded tests in an image, and counts how often each finding occurs. */
import { UsageError } from '@pysan/model';
import { type Command, InvalidArgumentError } from 'commander';

interface BaselineOptions {
  readonly python?: string;
  readonly runs: number;
  readonly apply?: boolean;
}

const examples = `
Examples:
  pysan baseline numpy-tsan --python 3.14t --runs 30        of an image that was built here: writes races.jsonl
  pysan baseline ghcr.io/acme/numpy-tsan:3.14t              show what would happen
  pysan baseline ghcr.io/acme/numpy-tsan:3.14t --apply      run the tests, attach what they found, sign that

The tests are images/<image>/own-tests. races.jsonl lies beside build.json; \`san baseline\` shows and compares such files.
\`pysan why\` lists what is attached to a published image, and \`pysan diff\` compares two of them.
`;

export function register(program: Command): void {
  program
    .command('baseline <image>')
    .summary("record how often upstream's own threaded tests race in an image")
    .description(
      "Runs upstream's own threaded tests in an image, and counts how often each finding occurs. For a published image it attaches and signs the result; without --apply it shows what would happen.",
    )
    .option('--python <tag>', 'of an image built here: 3.14.3t, 3.14t (default: the one that was built last)')
    .option('--runs <number>', 'how often the tests run', parseRuns, 10)
    .option('--apply', 'of a published image: do what it shows')
    .addHelpText('after', examples)
    .action((image: string, options: BaselineOptions) =>
      image.includes('/') ? ofPublished(image, options) : ofBuilt(image, options),
    );
}

function parseRuns(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1 || runs > 1000) {
    throw new InvalidArgumentError('expected a number of runs from 1 to 1000.');
  }
  return runs;
}

async function ofBuilt(image: string, { python, runs, apply }: BaselineOptions): Promise<void> {
  if (apply === true) {
    throw new UsageError('--apply is for a published image: pysan baseline ghcr.io/acme/numpy-tsan:3.14t --apply');
  }
  const [{ requireImage }, { openEngine }, { requireBuilt }, { recordBaseline, requireOwnTests }, { root }] =
    await Promise.all([
      import('../require-image.ts'),
      import('@pysan/engine'),
      import('../run/container.ts'),
      import('@pysan/proving'),
      import('../root.ts'),
    ]);
  await requireImage(image);
  await requireOwnTests(root, image);
  await openEngine({ report: console.error });
  const reference = await requireBuilt(image, python);
  await recordBaseline({ root, imageName: image, reference, runs, report: console.error });
}

async function ofPublished(text: string, { python, runs, apply }: BaselineOptions): Promise<void> {
  if (python !== undefined) {
    throw new UsageError(`--python is for an image that was built here. ${text} says which one it is.`);
  }
  const [{ namespaceOf, openReference }, { requireOwnTests }, publishing, { unchanged }, { root }] = await Promise.all([
    import('../open-reference.ts'),
    import('@pysan/proving'),
    import('@pysan/publishing'),
    import('../unchanged.ts'),
    import('../root.ts'),
  ]);
  const { image, reference } = openReference(text);
  await requireOwnTests(root, image);
  const destination = { root, namespace: namespaceOf(text), report: console.error };
  if (apply === true) {
    const { openEngine } = await import('@pysan/engine');
    await openEngine({ report: console.error });
    await publishing.withBaselineWorld(destination, (world) =>
      publishing.publishBaseline(world, { image, reference, runs }),
    );
    return;
  }
  await publishing.withForetellWorld(destination, ({ target, readSignature, report }) =>
    publishing.foretellBaseline({ target, report, signer: { verify: readSignature } }, { image, reference, runs }),
  );
  console.error(unchanged);
}
