import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type LocalServer, quickly, startServer, status } from '@pysan/testing/local-server';
import { connect, openRepository, type Repository } from '@pysan/registry';

import { inputsOf, pushImage } from '@pysan/testing/images';
import { type MemoryRegistry, openMemory, startMemoryRegistry } from '@pysan/testing/memory-registry';
import { lookAsNobody } from './look-as-nobody.ts';

/** As GHCR is to nobody: what is private and what does not exist is refused alike. */
let ghcr: LocalServer;
/** What GHCR is to its owner. */
let registry: MemoryRegistry;

beforeEach(async () => {
  [ghcr, registry] = [await startServer(), await startMemoryRegistry()];
  const realm = `Bearer realm="${ghcr.origin}/token",service="ghcr.io"`;
  ghcr.replies = {
    '/v2/': status(401, { 'www-authenticate': realm }),
    '/token?scope=repository%3Aacme%2Fnumpy-tsan%3Apull&service=ghcr.io': status(403),
  };
});

afterEach(() => {
  ghcr.stop();
  registry.stop();
});

function asNobody(): Repository {
  const connected = connect({ host: 'ghcr.io', isPlain: false }, { DOCKER_CONFIG: '/nonexistent' }, quickly());
  return openRepository({ ...connected, origin: ghcr.origin }, 'acme/numpy-tsan');
}

const publish = () => pushImage(openMemory(registry), { inputs: inputsOf('2.5.5'), tags: ['3.14t'] });
const look = (own: Repository) => lookAsNobody(asNobody(), own, '3.14t');

it('cannot tell what is private from what is not there, without credentials', async () => {
  expect(await look(asNobody())).toEqual({
    state: 'unknown',
    what: expect.stringMatching(/^it is private, or not published yet, or .*: ghcr\.io answered 403 .*set CI_TOKEN/),
  });
});

it('leaves what is not there to the coordinator, by what somebody is told', async () => {
  expect(await look(openMemory(registry))).toEqual({ state: 'absent', what: 'there is no such tag' });
});

it('knows what is private', async () => {
  await publish();
  expect(await look(openMemory(registry))).toEqual({
    state: 'bad',
    what: expect.stringMatching(/^anonymous users cannot pull it\. Make its package public\. .*ghcr\.io answered 403/),
  });
});

it('knows nothing while the registry does not answer', async () => {
  registry.intercept = () => 503;
  expect(await look(openMemory(registry))).toMatchObject({ state: 'unknown', what: expect.stringContaining('503') });
});

it('sees what is public, and asks nobody else', async () => {
  const digest = await publish();
  expect(await lookAsNobody(openMemory(registry), asNobody(), '3.14t')).toMatchObject({ digest });
  expect(await lookAsNobody(openMemory(registry), asNobody(), '3.15t')).toMatchObject({ state: 'absent' });
  expect(ghcr.asked).toEqual([]);
});
