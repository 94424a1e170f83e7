/** `pysan why <reference>`: shows the inputs, proof, signature and freshness of a published image. */
import type { Command } from 'commander';

const examples = `
Examples:
  pysan why ghcr.io/acme/numpy-tsan:3.14t
  pysan why ghcr.io/acme/numpy-tsan@sha256:…
`;

export function register(program: Command): void {
  program
    .command('why <reference>')
    .summary('show inputs, proof, signature and freshness of one image')
    .description('Shows the inputs, proof, signature and freshness of a published image.')
    .addHelpText('after', examples)
    .action(why);
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
