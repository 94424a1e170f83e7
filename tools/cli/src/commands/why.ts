/** `pysan why <reference>`: what a published image is made of, what was proven of it, and whether it is fresh. */
import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('why <reference>')
    .description('tell all about a published image: ghcr.io/acme/numpy-tsan:3.14t')
    .action(why);
}

async function why(reference: string): Promise<void> {
  const [{ explainImage }, { formatExplanation }] = await Promise.all([
    import('../explain-image.ts'),
    import('../output/format-explanation.ts'),
  ]);
  console.log(formatExplanation(await explainImage(reference, new Date())));
}
