/** `pysan why <reference>`: what a published image is made of, what was proven of it, and whether it is fresh. */
import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('why <reference>')
    .description('tell all about a published image: ghcr.io/acme/numpy-tsan:3.14t')
    .action(why);
}

async function why(reference: string): Promise<void> {
  const [{ readTold }, { formatStory }] = await Promise.all([
    import('../read-told.ts'),
    import('../output/format-story.ts'),
  ]);
  console.log(formatStory(await readTold(reference, new Date())));
}
