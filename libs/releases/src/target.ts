/** The repositories and tags to which images are published. */
import type { Timing } from '@pysan/http';
import type { Build } from '@pysan/model';
import { connect, openRepository, type Namespace, type Repository, repositoryAt } from '@pysan/registry';
import { publicTagsOf, type Tag, taggedOf } from '@pysan/tagging';

export interface Target {
  readonly repository: Repository;
  /** `ghcr.io/acme/numpy-tsan` */
  readonly name: string;
}

/** The repositories of images in a namespace, each opened once, by one connection. Sends no request yet. */
export function openTargets(namespace: Namespace, env: NodeJS.ProcessEnv, timing?: Timing): (image: string) => Target {
  const registry = connect(namespace, env, timing);
  const targets = new Map<string, Target>();
  return (image) => {
    const path = repositoryAt(namespace, image);
    const name = `${namespace.host}/${path}`;
    const target = targets.get(image) ?? { repository: openRepository(registry, path), name };
    targets.set(image, target);
    return target;
  };
}

/** The public tags of a build that was made at the given time. */
export function tagsOf(build: Build, made: Date): readonly Tag[] {
  return publicTagsOf(taggedOf(build, made.toISOString().slice(0, 10).replaceAll('-', '')));
}
