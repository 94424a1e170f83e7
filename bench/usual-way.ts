/**
 * Seconds to build numpy 2.4.6 for ThreadSanitizer the usual way: pip, meson and Cython run by the
 * instrumented interpreter, vector dispatch on. Compare with numpy-tsan in chain.json of the same run.
 */
import { keep, timeCommand } from './measure.ts';

const certificates = process.env['SSL_CERT_FILE'];
const trust =
  certificates === undefined
    ? []
    : ['--volume', `${certificates}:/ca:ro`, '--env', 'SSL_CERT_FILE=/ca', '--env', 'PIP_CERT=/ca'];

const seconds = await timeCommand([
  'docker',
  'run',
  '--rm',
  ...trust,
  // Under the sanitizer the tools report races of their own, and would end with 66.
  '--env',
  'TSAN_OPTIONS=report_bugs=0:exitcode=0',
  'cpython-tsan:3.13.5t',
  'python',
  '-m',
  'pip',
  'wheel',
  '--no-deps',
  '--no-binary=numpy',
  '--wheel-dir=/tmp/wheels',
  '--config-settings=setup-args=-Db_sanitize=thread',
  '--config-settings=setup-args=-Db_lundef=false',
  '--config-settings=setup-args=-Dbuildtype=debugoptimized',
  'numpy==2.4.6',
]);
await keep('usual-way', 'npm run bench -- bench/usual-way.ts', { seconds });
