/**
 * Retention: which manifests of a registry are kept, which are removed, and in which order. Pure: the manifests are an argument.
 *
 * Some are kept by themselves. These keep what they refer to: an index keeps its manifests; an image keeps its referrers (report,
 * SBOM, signature, records) and, in any repository, the builds that it was made from. The rest is removed, each manifest before
 * the ones that it keeps, so that an interrupted run leaves no reference to a removed manifest.
 */
import { UpstreamError } from '@pysan/model';

import { judgeByItself, type Judgement, type Policy, type Readable } from './kept-by-itself.ts';
import { type Stored, type StoredImage, storedName, subjectsOf } from './stored.ts';

export interface Kept {
  readonly image: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly reason: string;
}

export interface Removal extends Kept {
  /** `numpy-tsan@sha256:…` of all manifests that keep it. They are removed first. While one of them exists, this one must stay. */
  readonly after: readonly string[];
}

export interface Prune {
  readonly keep: readonly Kept[];
  /** In the order of deletion. */
  readonly remove: readonly Removal[];
}

/**
 * Decides for a whole registry. It needs all repositories, because an image is made from images in others. If manifests could not
 * be read, throws an UpstreamError that names them: they might refer to any other.
 */
export function planPrune(repositories: readonly StoredImage[], policy: Policy): Prune {
  const readable = requireReadable(repositories);
  const nodes = nodesOf(readable, policy);
  connect(nodes);
  const all = [...nodes.values()];
  keepWhatIsHeld(all);
  return {
    keep: all.filter(({ stays }) => stays).map(describe),
    remove: inOrder(all.filter(({ stays }) => !stays)),
  };
}

function requireReadable(repositories: readonly StoredImage[]): readonly Readable[] {
  const problems = repositories.flatMap(({ image, manifests }) =>
    manifests.flatMap((it) => ('unreadable' in it ? `${storedName(image, it.digest)}: ${it.unreadable}` : [])),
  );
  if (problems.length > 0) {
    throw new UpstreamError(
      `Nothing is deleted, because some manifests could not be read:\n  ${problems.join('\n  ')}`,
    );
  }
  return repositories.map((repository) => ({
    ...repository,
    manifests: repository.manifests.filter((it) => 'children' in it),
  }));
}

interface Node {
  readonly image: string;
  readonly manifest: Stored;
  /** The manifests that it keeps, and why. */
  readonly keeps: Map<Node, string>;
  /** The manifests to remove before it. */
  readonly heldBy: Set<Node>;
  stays: boolean;
  reason: string;
}

function nodesOf(repositories: readonly Readable[], policy: Policy): ReadonlyMap<string, Node> {
  const nodes = repositories.flatMap((repository) => {
    const judge = judgeByItself(repository, policy);
    return repository.manifests.map((manifest) => nodeOf(repository.image, manifest, judge(manifest)));
  });
  return new Map(nodes.map((node) => [nameOf(node), node]));
}

function nodeOf(image: string, manifest: Stored, judgement: Judgement): Node {
  return { image, manifest, keeps: new Map(), heldBy: new Set(), ...judgement };
}

function nameOf({ image, manifest }: Node): string {
  return storedName(image, manifest.digest);
}

function connect(nodes: ReadonlyMap<string, Node>): void {
  const builds = Map.groupBy(nodes.values(), ({ manifest }) => manifest.buildId);
  for (const node of nodes.values()) {
    const { image, manifest } = node;
    const find = (digest: string): Node | readonly Node[] => nodes.get(storedName(image, digest)) ?? [];
    manifest.children.flatMap(find).forEach((child) => hold(node, child, 'lists it'));
    buildsOf(manifest, builds).forEach((build) => hold(node, build, 'was made from it'));
    subjectsOf(manifest)
      .flatMap(find)
      .forEach((subject) => holdReferrer(subject, node));
  }
}

function buildsOf({ madeFrom = [] }: Stored, builds: ReadonlyMap<string | undefined, readonly Node[]>) {
  return madeFrom.flatMap((id) => builds.get(id) ?? []);
}

/** Neither is kept without the other. */
function holdReferrer(subject: Node, referrer: Node): void {
  hold(subject, referrer, 'is what it is about');
  referrer.keeps.set(subject, 'refers to it');
}

function hold(holder: Node, held: Node, why: string): void {
  if (holder !== held) {
    holder.keeps.set(held, why);
    held.heldBy.add(holder);
  }
}

function keepWhatIsHeld(nodes: readonly Node[]): void {
  const queue = nodes.filter(({ stays }) => stays);
  for (const node of queue) {
    for (const [held, why] of node.keeps) {
      if (!held.stays) {
        held.stays = true;
        held.reason = `${nameOf(node)} ${why}`;
        queue.push(held);
      }
    }
  }
}

function describe({ image, manifest: { digest, tags }, reason }: Node): Kept {
  return { image, digest, tags, reason };
}

/** Sorts each manifest after all that keep it. A cycle, which no correct registry has, is broken anywhere. */
function inOrder(nodes: readonly Node[]): readonly Removal[] {
  const entered = new Set<Node>();
  const done = new Map<Node, Removal>();
  function enter(node: Node): void {
    if (!entered.has(node)) {
      entered.add(node);
      node.heldBy.forEach(enter);
      const before = [...node.heldBy].filter((holder) => done.has(holder));
      done.set(node, { ...describe(node), after: before.map(nameOf) });
    }
  }
  nodes.forEach(enter);
  return [...done.values()];
}
