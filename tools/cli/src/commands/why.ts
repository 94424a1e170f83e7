/** `pysan why <reference>`: shows the inputs, proof, signature and freshness of a published image. */
import type { Command } from 'commander';

const examples = `
Examples:
  pysan why ghcr.io/acme/numpy-tsan:3.14t
  pysan why ghcr.io/acme/numpy-tsan@sha256:…
  pysan why ghcr.io/acme/numpy-tsan:3.14t --baseline >races.jsonl   for \`san baseline\` and \`--fail-on new\`
`;

export function register(program: Command): void {
  program
    .command('why <reference>')
    .summary('show inputs, proof, signature and freshness of one image')
    .description('Shows the inputs, proof, signature and freshness of a published image.')
    .option('--baseline', "print only what upstream's own tests found in it, as races.jsonl")
    .addHelpText('after', examples)
    .action((reference: string, { baseline }: { readonly baseline?: boolean }) =>
      baseline === true ? printBaseline(reference) : why(reference),
    );
}

async function printBaseline(text: string): Promise<void> {
  const [{ readBaseline }, { openReference }, { formatBaselineLines }, { root }] = await Promise.all([
    import('@pysan/releases'),
    import('../open-reference.ts'),
    import('@pysan/verification'),
    import('../root.ts'),
  ]);
  const { repository, reference } = openReference(text);
  console.log(formatBaselineLines(await readBaseline(root, repository, reference)).trimEnd());
}

async function why(reference: string): Promise<void> {
  const [{ explainImage }, { openReference }, { appendSummary }, { codeBlock }, { formatExplanation }, { root }] =
    await Promise.all([
      import('@pysan/releases'),
      import('../open-reference.ts'),
      import('../output/append-for-github.ts'),
      import('../output/cut-summary.ts'),
      import('../output/format-explanation.ts'),
      import('../root.ts'),
    ]);
  const explanation = await explainImage(root, openReference(reference));
  const text = formatExplanation({ ...explanation, reference, now: new Date() });
  console.log(text);
  await appendSummary(process.env['GITHUB_STEP_SUMMARY'], codeBlock(text));
}
