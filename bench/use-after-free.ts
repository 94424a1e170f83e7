/** Which types' freed objects cpython-asan sees, for the Pythons that are named: with the GIL and without. */
import path from 'node:path';

import { docker, keep, root } from './measure.ts';

const pythons = process.argv.slice(2);
const compile =
  'cp * /tmp && cd /tmp && clang $CFLAGS -fPIC -shared $LDFLAGS -I"$(python -c "import sysconfig; print(sysconfig.get_path(\'include\'))")" freed.c -o freed.so';

interface Row {
  readonly type: string;
  /** What AddressSanitizer calls the read of one freed object, and of the last of many: `nothing`, where it sees none. */
  readonly one: string;
  readonly many: string;
}

async function measure(python: string): Promise<Row[]> {
  const mount = `${path.join(root, 'bench/use-after-free')}:/work:ro`;
  const image = `cpython-asan:${python}`;
  const command = `${compile} && python measure.py`;
  return JSON.parse(
    await docker('run', '--rm', '--volume', mount, '--workdir', '/work', image, 'sh', '-c', command),
  ) as Row[];
}

const figures: Record<string, Row[]> = {};
for (const python of pythons) {
  figures[python] = await measure(python);
}
await keep('use-after-free', `npm run bench -- bench/use-after-free.ts ${pythons.join(' ')}`, figures);
