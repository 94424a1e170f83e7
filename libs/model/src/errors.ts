/**
 * The errors for users: one class for each action of the reader.
 *
 * Only the CLI's main and the executors catch them: they print the message and choose the exit code.
 */

/** The command line is wrong: use another option, image, Python tag or release. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A file of the repository is wrong: fix it. Every problem is listed. Exit code 2. */
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

/** The machine or its container engine lacks something. The message has the remedy. */
export class EngineError extends Error {
  override name = 'EngineError';
}

/** The product is at fault: a step of a build failed, or an image failed its verification. */
export class ProductError extends Error {
  override name = 'ProductError';
}

const known = [UsageError, ConfigError, UpstreamError, EngineError, ProductError];

/** True for the errors above, whose message is enough. Any other error is a bug of pysan and needs its stack. */
export function isExpected(error: unknown): error is Error {
  return known.some((kind) => error instanceof kind);
}

/** The exit code of `./pysan`: 2 for bad input, 1 for everything else. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'your disk quota is exceeded',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it already exists',
  EMFILE: 'too many files are open',
};

/**
 * An error of the operating system as a message for the user: `/x cannot be written: permission denied.` A stack would not
 * help, because the machine needs a fix. Undefined for any other error.
 */
export function describeSystemError(error: unknown): string | undefined {
  const { code, syscall = '', path, cause } = Object(error) as SystemError;
  const reason = reasons[String(code)];
  if (typeof syscall === 'string' && syscall.startsWith('spawn ')) {
    return `${syscall.slice('spawn '.length)} cannot be run: ${code === 'ENOENT' ? 'is it installed, and on PATH?' : `${reason ?? String(code)}.`}`;
  }
  if (reason !== undefined && typeof path === 'string') {
    const remedy = syscall === 'mkdtemp' ? ' Set TMPDIR to a writable folder.' : '';
    return `${path} cannot be ${verbs[syscall] ?? 'written'}: ${reason}.${remedy}`;
  }
  // If a program cannot be started, that is the cause of the error that names its command line.
  return cause instanceof Error ? describeSystemError(cause) : undefined;
}

type SystemError = Readonly<Record<'code' | 'path' | 'cause', unknown>> & { readonly syscall?: string };

const verbs: Readonly<Record<string, string>> = {
  ...{ open: 'opened', read: 'read', scandir: 'read', opendir: 'read', stat: 'read', lstat: 'read', readlink: 'read' },
  ...{ mkdir: 'made', mkdtemp: 'made' },
};
