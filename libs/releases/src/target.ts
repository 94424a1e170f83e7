/** Where an image is published. */
import type { Build } from '@pysan/model';
import { connect, openRepository, type Namespace, type Repository, repositoryAt } from '@pysan/registry';
import { publicTagsOf, type Tag, taggedOf } from '@pysan/tagging';

export interface Target {
  readonly repository: Repository;
  /** `ghcr.io/acme/numpy-tsan` */
  readonly name: string;
}

/** The repository of an image at a place. Nothing is asked yet. */
export function targetOf(namespace: Namespace, image: string): Target {
  const path = repositoryAt(namespace, image);
  return { repository: openRepository(connect(namespace, process.env), path), name: `${namespace.host}/${path}` };
}

/** The public tags of a build that was made at that time. */
export function tagsOf(build: Build, made: Date): readonly Tag[] {
  return publicTagsOf(taggedOf(build, made.toISOString().slice(0, 10).replaceAll('-', '')));
}
