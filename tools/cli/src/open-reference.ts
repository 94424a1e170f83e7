/** Reads `ghcr.io/acme/numpy-tsan:3.14t` as the commands for one published image take it. */
import { UsageError } from '@pysan/model';
import { connect, openRepository, parseReference, type Repository } from '@pysan/registry';

export interface Asked {
  readonly repository: Repository;
  /** `numpy-tsan` */
  readonly image: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** The digest where there is one, else the tag. */
  readonly reference: string;
}

/** UsageError for a reference without tag and digest, or for what is none. Nothing is asked yet. */
export function openReference(text: string): Asked {
  const server = parseReference(text);
  const { repository: name, tag, digest } = server;
  const reference = digest ?? tag;
  if (reference === undefined) {
    throw new UsageError(`"${text}" names no image: write a tag or a digest behind it, ${text}:3.14t`);
  }
  const repository = openRepository(connect(server, process.env), name);
  return { repository, image: name.split('/').at(-1) ?? name, tag, digest, reference };
}
