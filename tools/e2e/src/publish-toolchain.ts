/** Publishes small-toolchain to the namespace and from the copy that are given, in this process: it is killed by tests. */
import { publishImage } from '@pysan/publishing';
import { parseNamespace } from '@pysan/registry';

const [, , namespace = '', root = ''] = process.argv;

await publishImage({
  root,
  imageName: 'small-toolchain',
  request: { python: '3.13.5t', locked: true },
  together: ['small-toolchain'],
  namespace: parseNamespace(namespace),
  apply: true,
  report: (line) => console.log(line),
});
