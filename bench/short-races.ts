/** How many of 20 short races, as users write their tests, pytest finds in an image, and `san pytest --repeat auto`. */
import path from 'node:path';

import { docker, keep, median, root } from './measure.ts';

const [image = 'cpython-tsan:latest', runs = '10'] = process.argv.slice(2);
const compile = 'cp * /tmp && cd /tmp && clang $CFLAGS -fPIC -shared $LDFLAGS short.c -o short.so';

interface Figures {
  readonly of: number;
  readonly plain: { readonly found: number; readonly seconds: readonly number[] };
  readonly repeated: { readonly found: number; readonly seconds: readonly number[] };
}

const mount = `${path.join(root, 'bench/short-races')}:/bench:ro`;
const measure = `${compile} && /opt/build-python/bin/python measure.py ${String(Number(runs))}`;
const printed = await docker('run', '--rm', '--volume', mount, '--workdir', '/bench', image, 'bash', '-ec', measure);
const { of, plain, repeated } = JSON.parse(printed) as Figures;
await keep('short-races', `npm run bench -- bench/short-races.ts ${image} ${runs}`, {
  of,
  plain: { ...plain, median: median(plain.seconds) },
  repeated: { ...repeated, median: median(repeated.seconds) },
});
