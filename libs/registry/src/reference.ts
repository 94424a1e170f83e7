/**
 * Parses references: `ghcr.io/acme/numpy-tsan:3.14t`, `localhost:5000/x@sha256:…`. Pure. The grammar is
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests.
 */
import { UsageError } from '@pysan/model';

/** A registry. TLS is not used for this machine, or if the user writes `http://`. */
export interface Server {
  /** With its port, if it has one: `ghcr.io`, `localhost:5000`. */
  readonly host: string;
  readonly isPlain: boolean;
}

/** The common prefix of repositories: `ghcr.io/acme`. */
export interface Namespace extends Server {
  /** `acme`; empty for the whole registry. */
  readonly path: string;
}

export interface Reference extends Server {
  /** `acme/numpy-tsan` */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathForm = new RegExp(`^${component}(?:/${component})*$`);
const label = '[a-z0-9]+(?:-+[a-z0-9]+)*';
const host = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-f:]+\\])(?::\\d+)?$`, 'i');

/** True for a digest in the only supported form: `sha256:` and 64 hex digits. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** Parses a reference with a tag, a digest, both or neither. Throws a UsageError for anything else. */
export function parseReference(text: string): Reference {
  const { rest, ...server } = splitServer(text, 'ghcr.io/acme/numpy-tsan:3.14t');
  const [named = '', digest, ...more] = rest.split('@');
  const [, repository = '', tag] = /^([^:]*)(?::(.*))?$/.exec(named) ?? [];
  requirePath(text, repository);
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    throw new UsageError(
      `"${text}" is not a reference: "${tag}" is not a valid tag. Tags consist of letters, digits, . _ and -.`,
    );
  }
  if (more.length > 0 || (digest !== undefined && !isDigest(digest))) {
    throw new UsageError(
      `"${text}" is not a reference: after @ it needs a digest, which is sha256: and 64 hex digits.`,
    );
  }
  return { ...server, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** Parses the namespace of repositories: `ghcr.io/acme`, `localhost:5000`. Throws a UsageError for anything else. */
export function parseNamespace(text: string): Namespace {
  const { rest: path, ...server } = splitServer(text.replace(/\/$/, ''), 'ghcr.io/acme');
  if (path !== '') {
    requirePath(text, path);
  } else if (server.host === 'ghcr.io') {
    throw new UsageError(`"${text}" names no owner. Write it like ghcr.io/acme.`);
  }
  return { ...server, path };
}

/** The repository of an image in a namespace: `acme/numpy-tsan`. */
export function repositoryAt({ path }: Pick<Namespace, 'path'>, image: string): string {
  return path === '' ? image : `${path}/${image}`;
}

/** The owner of a repository: `acme` for `acme/numpy-tsan`. */
export function ownerOf(repository: string): string {
  return repository.split('/')[0] ?? '';
}

function splitServer(text: string, example: string): Server & { rest: string } {
  const isPlain = text.startsWith('http://');
  const [name = '', ...rest] = text.replace(/^https?:\/\//, '').split('/');
  // The rule of the engine: without a dot or a port it is a name on Docker Hub.
  if (!host.test(name) || !/[.:]|^localhost$/.test(name) || !URL.canParse(`https://${name}`)) {
    throw new UsageError(`"${text}" does not begin with a registry. Write it like ${example}.`);
  }
  return { host: name.toLowerCase(), isPlain: isPlain || isLoopback(name), rest: rest.join('/') };
}

/** True if a host, with or without a port, is this machine. */
export function isLoopback(name: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(name);
}

function requirePath(text: string, name: string): void {
  if (pathForm.test(name)) {
    return;
  }
  const hint = pathForm.test(name.toLowerCase())
    ? `owner and name must be lower case. Write ${text.replace(name, name.toLowerCase())}.`
    : `"${name}" is not a valid name of a repository. Names consist of lower-case letters, digits, and . _ - between them.`;
  throw new UsageError(`"${text}" cannot be in a registry: ${hint}`);
}
