/** A registry behind a proxy, for the tests of one block. */
import { afterAll, afterEach, beforeAll } from '@jest/globals';

import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type Registry, type RegistryKind, startRegistry } from './registries.ts';

export interface Served {
  readonly registry: Registry;
  /** Before the registry: it counts requests, and spoils them. */
  readonly proxy: FaultProxy;
}

/** Starts both before the tests of the block that calls it, and stops them behind these. No test begins with a fault. */
export function serveRegistry(kind: RegistryKind = 'debian', diskBytes?: number): Served {
  const served: Partial<Served> = {};
  beforeAll(async () => {
    const registry = await startRegistry(kind, diskBytes);
    Object.assign(served, { registry, proxy: await startFaultProxy(registry.address) });
  });
  afterEach(() => {
    if (served.proxy !== undefined) {
      served.proxy.inject = () => undefined;
    }
  });
  afterAll(async () => {
    served.proxy?.stop();
    await served.registry?.stop();
  });
  return served as Served;
}
