/** Publishes toolchain to the place that is given, in this process: it is killed by tests. */
import { publishImage } from '@pysan/publishing';
import { parseNamespace } from '@pysan/registry';

import { root } from './pysan.ts';

await publishImage({
  root,
  imageName: 'toolchain',
  request: { python: '3.13.5t', locked: true },
  together: ['toolchain'],
  namespace: parseNamespace(process.argv[2] ?? ''),
  apply: true,
  report: (line) => console.log(line),
});
