/** What an image is built FROM, as a registry has it. Pure. */
import type { ImageFacts } from '@pysan/engine';
import type { Build } from '@pysan/model';
import type { Resolved } from '@pysan/resolution';
import { buildTagOf, type RegistryBase } from '@pysan/tagging';

/**
 * The parent under its tag that never moves or, for the first of the chain, the base. Undefined where no registry has it:
 * the parent was neither pulled nor pushed, or the base was bootstrapped from packages.
 */
export function registryBaseOf(
  base: Resolved['base'],
  parent: Build | undefined,
  held: Pick<ImageFacts, 'repoDigests'> | undefined,
): RegistryBase | undefined {
  if (parent === undefined) {
    const isFromHub = base.identity.startsWith('sha256:');
    return isFromHub ? { name: `docker.io/library/${base.image}`, digest: base.identity } : undefined;
  }
  // An engine that keeps manifests has one for each local image, too; only the name of a registry tells.
  const published = held?.repoDigests.map((it) => it.split('@')).find(([name]) => name?.includes('/'));
  const [name = '', digest = ''] = published ?? [];
  return published === undefined ? undefined : { name: `${name}:${buildTagOf(parent)}`, digest };
}
