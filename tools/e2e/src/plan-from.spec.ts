/** `pysan plan --from` against a real registry: what is missing there, and what nobody can tell. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { pysan } from './pysan.ts';
import { type Registry, startRegistry } from './registries.ts';

let registry: Registry;
let proxy: FaultProxy;

beforeAll(async () => {
  registry = await startRegistry('debian');
  proxy = await startFaultProxy(registry.address);
});

afterAll(async () => {
  proxy.stop();
  await registry.stop();
});

it('says what an empty registry lacks, in few requests', async () => {
  const { exitCode, output } = await pysan(['plan', '--from', `${proxy.host}/acme`]);
  expect({ exitCode, output }).toMatchObject({
    exitCode: 0,
    output: expect.stringMatching(/^toolchain +to-build +missing: no such image/m),
  });
  const builds = Number(/^(\d+) builds:/m.exec(output)?.[1]);
  expect(output).toContain(`${proxy.host} was asked ${proxy.asked.length} times.`);
  expect(proxy.asked.length).toBeLessThanOrEqual(1 + 2 * builds);
});

it('knows nothing of a repository that it may not read, and all of the others', async () => {
  proxy.inject = ({ path }) => (path.includes('/numpy-tsan/') ? { status: 403 } : undefined);
  const { output } = await pysan(['plan', '--from', `${proxy.host}/acme`]);
  expect(output).toMatch(/^numpy-tsan .* unknown +.*answered 403 .*No credentials were found/m);
  expect(output).toMatch(/^toolchain +to-build/m);
  expect(output).not.toMatch(/^numpy-tsan .*(to-build|waiting|fresh)/m);
});

it('knows nothing where something else answers', async () => {
  proxy.inject = () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>log in</html>' });
  const { output } = await pysan(['plan', '--from', `${proxy.host}/acme`, '--explain', 'toolchain']);
  expect(output).toMatch(/^toolchain: unknown$[^]*is not a registry/m);
});
