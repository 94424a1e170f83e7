/** Reads a reference such as `ghcr.io/acme/numpy-tsan:3.14t` for the commands that take one published image. */
import { UsageError } from '@pysan/model';
import { connect, type Namespace, openRepository, parseReference, type Repository } from '@pysan/registry';

export interface Asked {
  readonly repository: Repository;
  /** `numpy-tsan` */
  readonly image: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** The digest if there is one, otherwise the tag. */
  readonly reference: string;
}

/** Throws a UsageError for a malformed reference, or one without tag and digest. Sends no request yet. */
export function openReference(text: string): Asked {
  const server = parseReference(text);
  const { repository: name, tag, digest } = server;
  const reference = digest ?? tag;
  if (reference === undefined) {
    throw new UsageError(`"${text}" names no image. Add a tag or a digest: ${text}:3.14t`);
  }
  const repository = openRepository(connect(server, process.env), name);
  return { repository, image: name.split('/').at(-1) ?? name, tag, digest, reference };
}

/** Where the repository is that such a reference names: `ghcr.io/acme`. */
export function namespaceOf(text: string): Namespace {
  const { host, isPlain, repository } = parseReference(text);
  return { host, isPlain, path: repository.split('/').slice(0, -1).join('/') };
}
