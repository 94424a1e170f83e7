/** The published parent of an image. Pure. */
import type { ImageFacts } from '@pysan/engine';
import type { Build } from '@pysan/model';
import type { Resolved } from '@pysan/resolution';
import { buildTagOf, type RegistryBase } from '@pysan/tagging';

/**
 * The parent under its immutable tag or, for the first image of the chain, the base. Undefined if no registry has it: the
 * parent was neither pulled nor pushed, or the base was bootstrapped from packages.
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
  // An engine that stores manifests has one for each local image too. Only the name of a registry shows that it is published.
  const published = held?.repoDigests.map((it) => it.split('@')).find(([name]) => name?.includes('/'));
  const [name = '', digest = ''] = published ?? [];
  return published === undefined ? undefined : { name: `${name}:${buildTagOf(parent)}`, digest };
}
