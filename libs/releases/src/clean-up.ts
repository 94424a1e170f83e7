/** Removes manifests from a registry that retention does not keep: reads all repositories, lets libs/retention decide, and applies the decision. */
import { ghcrInventories, type GitHub } from '@pysan/github';
import { isExpected } from '@pysan/model';
import { planPrune, type Policy, type Prune, type Removal, storedName } from '@pysan/retention';
import {
  type Inventory,
  listTags,
  openRepository,
  type Namespace,
  type Registry,
  type Repository,
  repositoryAt,
  walkedInventory,
} from '@pysan/registry';

import { readStored } from './read-stored.ts';

/** An image's repository with its inventory. */
export interface ImageRepository {
  readonly image: string;
  readonly repository: Repository;
  readonly inventory: Inventory;
}

/** The repositories of images in a namespace. On GHCR `gitHub` lists and deletes, elsewhere the registry itself. */
export function repositoriesOf(
  registry: Registry,
  namespace: Pick<Namespace, 'path'>,
  images: readonly string[],
  gitHub: GitHub,
): readonly ImageRepository[] {
  const inventoryOf = registry.host === 'ghcr.io' ? ghcrReader(gitHub) : walkedInventory;
  return images.map((image) => {
    const repository = openRepository(registry, repositoryAt(namespace, image));
    return { image, repository, inventory: inventoryOf(repository) };
  });
}

function ghcrReader(gitHub: GitHub): (repository: Repository) => Inventory {
  const inventoryOf = ghcrInventories(gitHub);
  return (repository) => ghcrListed(repository, inventoryOf(repository.name));
}

function ghcrListed(repository: Repository, packages: Inventory): Inventory {
  // GitHub gives the same response for a missing package and a missing right. The registry distinguishes them.
  const list: Inventory['list'] = async () => ((await listTags(repository)).length === 0 ? [] : packages.list());
  return { ...packages, list };
}

/** Decides what to keep and what to remove. Throws an UpstreamError if anything cannot be read. */
export async function readPrune(repositories: readonly ImageRepository[], policy: Policy): Promise<Prune> {
  const stored = await Promise.all(
    repositories.map(({ image, repository, inventory }) => readStored(repository, image, inventory)),
  );
  return planPrune(stored, policy);
}

/** The result of a removal: `gone` if another process was first; `left` if it was not tried, or is never possible. */
export interface Removed {
  readonly removal: Removal;
  readonly outcome: 'removed' | 'gone' | 'left' | 'failed';
  /** Why it was left, or the error. */
  readonly because?: string;
}

const failuresMax = 5;

/**
 * Removes one manifest after the other. If a removal fails, the manifest and all that it refers to are kept. After too many
 * failures the rest is kept. Calls `report` for each immediately.
 */
export async function applyPrune(
  repositories: readonly ImageRepository[],
  { remove }: Pick<Prune, 'remove'>,
  report: (removed: Removed) => void,
): Promise<readonly Removed[]> {
  const inventories = new Map(repositories.map(({ image, inventory }) => [image, inventory]));
  const done: Removed[] = [];
  const there = new Set<string>();
  for (const removal of remove) {
    const failures = done.filter(({ outcome }) => outcome === 'failed').length;
    const because = failures < failuresMax ? heldBy(removal, there) : 'too many removals have failed';
    const removed =
      because === undefined
        ? await removeOne(inventories.get(removal.image), removal)
        : { removal, outcome: 'left' as const, because };
    if (removed.outcome === 'left' || removed.outcome === 'failed') {
      there.add(storedName(removal.image, removal.digest));
    }
    done.push(removed);
    report(removed);
  }
  return done;
}

function heldBy({ after }: Removal, there: ReadonlySet<string>): string | undefined {
  const holder = after.find((it) => there.has(it));
  return holder === undefined ? undefined : `${holder} is still there`;
}

async function removeOne(inventory: Inventory | undefined, removal: Removal): Promise<Removed> {
  try {
    const outcome = (await inventory?.remove(removal.digest, removal.tags)) ?? 'gone';
    return typeof outcome === 'string' ? { removal, outcome } : { removal, outcome: 'left', because: outcome.kept };
  } catch (error) {
    if (isExpected(error)) {
      return { removal, outcome: 'failed', because: error.message };
    }
    throw error;
  }
}
