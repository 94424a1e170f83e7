/** Publishes small-toolchain to the namespace and from the copy that are given, in this process: it is killed by tests. */
import { ensureBase } from '@pysan/building';
import { publishImage, withPublishWorld } from '@pysan/publishing';
import { parseNamespace } from '@pysan/registry';
import { findSites, makeResolution } from '@pysan/resolution';

const [, , namespace = '', root = ''] = process.argv;
const report = (line: string): void => {
  console.log(line);
};

const world = {
  ...{ root, folder: root, sites: findSites(process.env, root) },
  findBase: (lock: Parameters<typeof ensureBase>[0]) => ensureBase(lock, report),
};
const resolved = await makeResolution(world, ['small-toolchain'], { locked: true });
await withPublishWorld({ root, namespace: parseNamespace(namespace), report }, (publication) =>
  publishImage(publication, resolved, 'small-toolchain'),
);
