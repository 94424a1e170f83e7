/** A registry in memory, without the referrers API, as GHCR. tools/e2e holds it to what real registries do. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { quickly } from './local-server.ts';
import { connect, digestOf, openRepository, parseNamespace, type Repository } from '@pysan/registry';

interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

interface MemoryRepository {
  readonly contents: Map<string, Content>;
  readonly tags: Map<string, string>;
}

export interface MemoryRegistry {
  readonly host: string;
  readonly repositories: Map<string, MemoryRepository>;
  /** `PUT /v2/acme/x/manifests/3.14t`, in order. */
  readonly asked: string[];
  /** Sees each request before it counts; what it answers instead is a status. */
  intercept: (asked: string) => number | undefined | Promise<number | undefined>;
  readonly stop: () => void;
}

/** Starts an empty registry. */
export async function startMemoryRegistry(): Promise<MemoryRegistry> {
  const server = createServer((request, response) => {
    // A client may go away in the middle of what it sends; then nothing is kept of that.
    answer(registry, request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry: MemoryRegistry = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    repositories: new Map(),
    asked: [],
    intercept: () => undefined,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return registry;
}

async function answer(registry: MemoryRegistry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '' } = request;
  const body: Buffer = await buffer(request);
  registry.asked.push(`${method} ${url}`);
  const status = await registry.intercept(`${method} ${url}`);
  if (status !== undefined) {
    response.writeHead(status).end();
    return;
  }
  const [, name = '', kind = '', reference = ''] = /^\/v2\/(.*)\/(manifests|blobs|tags)\/([^?]*)/.exec(url) ?? [];
  const repository: MemoryRepository = registry.repositories.get(name) ?? { contents: new Map(), tags: new Map() };
  registry.repositories.set(name, repository);
  if (url === '/v2/') {
    response.end('{}');
  } else if (kind === 'tags') {
    response.end(JSON.stringify({ tags: [...repository.tags.keys()] }));
  } else if (method === 'POST') {
    response.writeHead(202, { location: `/v2/${name}/blobs/uploads/1` }).end();
  } else if (method === 'PUT') {
    put(repository, kind, reference, { type: request.headers['content-type'] ?? '', bytes: body });
    response.writeHead(201).end();
  } else if (kind === '') {
    response.writeHead(404).end();
  } else {
    give(repository, method, repository.tags.get(reference) ?? reference, response);
  }
}

function put({ contents, tags }: MemoryRepository, kind: string, reference: string, content: Content): void {
  const digest = digestOf(content.bytes);
  contents.set(digest, content);
  if (kind === 'manifests' && reference !== digest) {
    tags.set(reference, digest);
  }
}

function give({ contents, tags }: MemoryRepository, method: string, digest: string, response: ServerResponse): void {
  const content = contents.get(digest);
  if (content === undefined) {
    response.writeHead(404).end();
  } else if (method === 'DELETE') {
    contents.delete(digest);
    [...tags].filter(([, named]) => named === digest).forEach(([tag]) => tags.delete(tag));
    response.writeHead(202).end();
  } else {
    response.writeHead(200, { 'content-type': content.type, 'docker-content-digest': digest });
    response.end(method === 'HEAD' ? undefined : content.bytes);
  }
}

/** A repository of it, for an anonymous client. */
export function openMemory({ host }: Pick<MemoryRegistry, 'host'>, name = 'acme/numpy-tsan'): Repository {
  return openRepository(connect(parseNamespace(host), { DOCKER_CONFIG: '/nonexistent' }, quickly()), name);
}
