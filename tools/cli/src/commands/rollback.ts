/** `pysan rollback <reference>`: moves a tag back to the image that it named before, or lifts a hold. */
import type { Command } from 'commander';

import { unchanged } from '../unchanged.ts';

interface RollbackOptions {
  readonly reason: string;
  readonly lift?: boolean;
  readonly apply?: boolean;
}

const examples = `
Tags that were moved together go back together. No tag moves to an image on hold until the hold is lifted. A second
rollback of the same tag changes nothing. To go back further, name the digest that the tag should leave.

Examples:
  pysan rollback ghcr.io/acme/numpy-tsan:3.14t --reason "crashes on import" --apply
  pysan rollback ghcr.io/acme/numpy-tsan:3.14t@sha256:… --apply
  pysan rollback ghcr.io/acme/numpy-tsan@sha256:… --lift --apply
`;

export function register(program: Command): void {
  program
    .command('rollback <reference>')
    .summary('move a tag back to the image that it named before')
    .description('Moves a tag back to the image that it named before, and puts a hold on the image that it leaves.')
    .option('--reason <text>', 'the reason, as it appears in the record', 'rolled back by hand')
    .option('--lift', 'lift the hold on an image instead, so that tags may move to it again')
    .option('--apply', 'do it (default: show what would happen)')
    .addHelpText('after', examples)
    .action((reference: string, options: RollbackOptions) =>
      options.lift === true ? lift(reference, options) : rollback(reference, options),
    );
}

async function rollback(text: string, { reason, apply = false }: RollbackOptions): Promise<void> {
  const [{ readRollback, applyRollback }, { UsageError }, { openReference }, { formatRollback }] = await Promise.all([
    import('@pysan/releases'),
    import('@pysan/model'),
    import('../open-reference.ts'),
    import('../output/format-rollback.ts'),
  ]);
  const { repository, tag, digest } = openReference(text);
  if (tag === undefined) {
    throw new UsageError(`"${text}" names no tag to roll back. With --lift a digest is enough.`);
  }
  const answer = await readRollback(repository, { tag, digest, reason, now: new Date() });
  if ('done' in answer) {
    console.log(`${tag} was already rolled back from ${answer.done} to ${answer.named}.`);
    console.error(`To roll it back further: pysan rollback ${text.replace(/@.*/, '')}@${answer.named}`);
    return;
  }
  console.log(formatRollback(`${repository.registry.host}/${repository.name}`, answer.plan));
  await (apply ? applyRollback(repository, answer.plan) : undefined);
  console.error(apply ? 'Done.' : unchanged);
}

async function lift(text: string, { reason, apply = false }: RollbackOptions): Promise<void> {
  const [{ readLift, applyLift }, { openReference }] = await Promise.all([
    import('@pysan/releases'),
    import('../open-reference.ts'),
  ]);
  const { repository, reference, digest } = openReference(text);
  const record = await readLift(repository, reference, { reason, now: new Date() });
  if (record === undefined) {
    console.log(
      `${text} is not on hold.${digest === undefined ? ` The hold is on the image that the tag left. Its digest is in the output of: pysan why ${text}` : ''}`,
    );
    return;
  }
  console.log(`lift the hold on ${repository.registry.host}/${repository.name}@${record.digest}`);
  await (apply ? applyLift(repository, record) : undefined);
  console.error(apply ? 'Done.' : unchanged);
}
