/** `pysan diff <old> <new>`: which findings of upstream's own tests are new or gone between two published builds. */
import type { Command } from 'commander';

const examples = `
Examples:
  pysan diff ghcr.io/acme/numpy-tsan:3.14.3t ghcr.io/acme/numpy-tsan:3.14.4t
  pysan diff ghcr.io/acme/numpy-tsan@sha256:… ghcr.io/acme/numpy-tsan:3.14t --json

A race shows by chance, so each line says how often: new, known, gone, rarer, or too few runs to tell. \`pysan why\` names the
digest that a tag left.
`;

export function register(program: Command): void {
  program
    .command('diff <old> <new>')
    .summary("compare what upstream's own tests found in two published images")
    .description("Compares the baselines of two published images: what upstream's own threaded tests found in each.")
    .option('--json', 'print the changes as JSON')
    .addHelpText('after', examples)
    .action(diff);
}

async function diff(old: string, now: string, { json }: { readonly json?: boolean }): Promise<void> {
  const [{ readBaseline }, { openReference }, { compareBaselines, formatBaselineChanges }, { root }] =
    await Promise.all([
      import('@pysan/releases'),
      import('../open-reference.ts'),
      import('@pysan/verification'),
      import('../root.ts'),
    ]);
  const asked = [openReference(old), openReference(now)] as const;
  const read = ({ repository, reference }: (typeof asked)[0]): ReturnType<typeof readBaseline> =>
    readBaseline(root, repository, reference);
  const [before, after] = await Promise.all([read(asked[0]), read(asked[1])]);
  const changes = compareBaselines(before, after);
  console.log(
    json === true
      ? JSON.stringify({ runs: { before: before.runs, after: after.runs }, changes }, null, 2)
      : formatBaselineChanges(changes, before, after),
  );
}
