/** Explains a failed build from its log. Pure. */

const causes: readonly { readonly pattern: RegExp; readonly remedy: string }[] = [
  {
    pattern: /no space left on device/i,
    remedy: 'The disk is full. Free some space (docker system df; docker builder prune) and run the command again.',
  },
  {
    pattern:
      /could not resolve host|temporary failure resolving|name or service not known|network is unreachable|connection (?:timed out|reset|refused)|dns error|operation timed out|error sending request/i,
    remedy:
      'The build cannot reach the network. `./pysan doctor` shows which upstream fails. Run the command again when it answers.',
  },
  {
    pattern:
      /certificate verify failed|self[- ]signed certificate|unable to get local issuer certificate|UnknownIssuer/i,
    remedy: 'A certificate is not trusted. Behind a TLS-inspecting proxy, set SSL_CERT_FILE to its CA bundle.',
  },
];

/** What to do about a failure whose log ends with these lines; undefined for an unknown failure. */
export function remedyFor(lastLines: readonly string[]): string | undefined {
  return causes.find(({ pattern }) => lastLines.some((line) => pattern.test(line)))?.remedy;
}

/** An error of clang, Cython, meson or lld. Parallel compilations may print many more lines before the build stops. */
const compilerError = /:\d+(:\d+)?: (fatal )?error: |^#\d+ \S+ (Error compiling Cython file:|ld\.lld: error: )/i;

/** The first compiler error with the lines after it; empty if there is none before the last lines. */
function firstError(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => compilerError.test(line));
  return start === -1 || start >= lines.length - shown ? [] : lines.slice(start, start + 10);
}

const shown = 30;

/** The message for a failed build: a compiler's error, the last lines of the log, its path, and what to do. */
export function describeFailure(reference: string, log: readonly string[], logFile: string): string {
  const lastLines = log.slice(-shown);
  const error = firstError(log);
  const remedy =
    remedyFor(lastLines) ?? 'The steps before the failed one are cached. Fix the failure and run the command again.';
  return [
    `Building ${reference} failed.${error.length === 0 ? '' : ' The first error:'}`,
    ...error.map((line) => `  ${line}`),
    'The last lines of its log:',
    ...lastLines.map((line) => `  ${line}`),
    `Full log: ${logFile}`,
    remedy,
  ].join('\n');
}
