/** The world of a publication from this machine: one connection, one log-in and one check of cosign for all its images. */
import { buildFrom, dockerWorld } from '@pysan/building';
import { dockerEngine, readNextStep } from '@pysan/engine';
import { recordBaseline, verifyBuilt } from '@pysan/proving';
import type { Namespace } from '@pysan/registry';
import { openTargets, withLogin, withSignatures } from '@pysan/releases';
import { requireCheckout } from '@pysan/workspace';

import type { BaselineWorld } from './publish-baseline.ts';
import type { ForetellWorld } from './foretell.ts';
import type { PublishWorld } from './publish-world.ts';
import { openSigner } from './sign.ts';

export interface Destination {
  /** The root of the repository. */
  readonly root: string;
  readonly namespace: Namespace;
  /** Called with each line of progress. */
  readonly report: (line: string) => void;
}

/** Publishes in this world. First throws a UsageError without a key or a workflow to sign with, and an EngineError without cosign or a commit. */
export async function withPublishWorld<T>(
  destination: Destination,
  work: (world: PublishWorld) => Promise<T>,
): Promise<T> {
  const { root, namespace, report } = destination;
  const checkout = await requireCheckout(root);
  const signerFor = await openSigner();
  const target = openTargets(namespace, process.env);
  const builder = dockerWorld(root, report);
  return withLogin(namespace, (env) =>
    work({
      ...{ root, checkout, host: namespace.host, target, engine: dockerEngine, env, report },
      signer: signerFor(env),
      buildImage: (resolved, image, from) => buildFrom(builder, resolved, image, from),
      verify: (imageName, reference) => verifyBuilt({ root, imageName, reference, report }),
      now: () => new Date(),
    }),
  );
}

/** Records baselines in it. Before anything else a UsageError without a key or a workflow to sign with, an EngineError without cosign. */
export async function withBaselineWorld<T>(
  { root, namespace, report }: Destination,
  work: (world: BaselineWorld) => Promise<T>,
): Promise<T> {
  const signerFor = await openSigner();
  const target = openTargets(namespace, process.env);
  return withLogin(namespace, (env) =>
    work({
      ...{ target, engine: dockerEngine, env, report },
      signer: signerFor(env),
      record: (imageName, reference, runs) => recordBaseline({ root, imageName, reference, runs, report }),
      now: () => new Date(),
    }),
  );
}

/** The world for describing what a publication would do. */
export function withForetellWorld<T>(
  { root, namespace, report }: Destination,
  work: (world: ForetellWorld) => Promise<T>,
): Promise<T> {
  const target = openTargets(namespace, process.env);
  const now = (): Date => new Date();
  return withSignatures(root, namespace, (readSignature) =>
    work({ root, host: namespace.host, target, readSignature, engine: dockerEngine, readNextStep, now, report }),
  );
}
