/**
 * The errors that people meet, one class for each thing that the reader can do about it.
 *
 * Only the CLI's main and the executors catch them: they print the message and choose the exit code.
 */

/** The command line is wrong: use another option, image, Python tag or release. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A file of the repository is wrong: mend it. Every problem is listed. Exit code 2. */
export class ConfigError extends Error {
  override name = 'ConfigError';

  constructor(file: string, problems: readonly string[]) {
    super(`${file} is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Another party did not answer, or not as documented: try later, or look at its status page. */
export class UpstreamError extends Error {
  override name = 'UpstreamError';
}

/** The machine or its container engine cannot do what is needed: the message holds the remedy. */
export class EngineError extends Error {
  override name = 'EngineError';
}

/** The product is at fault: a step of a build failed, or an image failed its verification. */
export class ProductError extends Error {
  override name = 'ProductError';
}

const known = [UsageError, ConfigError, UpstreamError, EngineError, ProductError];

/** True for the errors above, whose message says all there is to say; anything else is a bug of ours and needs its stack. */
export function isExpected(error: unknown): error is Error {
  return known.some((kind) => error instanceof kind);
}

/** The exit code that `./pysan` promises: 2 for bad input, 1 for everything else. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
}
