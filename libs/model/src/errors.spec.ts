import { ConfigError, describeSystemError, exitCodeOf, UpstreamError, UsageError } from './errors.ts';
import { expect, it } from '@jest/globals';

function systemError(code: string, syscall: string, path?: string): Error {
  return Object.assign(new Error(`${code}: raw text, ${syscall}`), { errno: -1, code, syscall, path });
}

it.each<[error: unknown, text: string | undefined]>([
  [systemError('EACCES', 'mkdir', '/x/dist'), '/x/dist cannot be made: permission denied.'],
  [systemError('EROFS', 'open', '/x/build.log'), '/x/build.log cannot be opened: its file system is read-only.'],
  [systemError('ENOSPC', 'write', '/x'), '/x cannot be written: its disk is full.'],
  [systemError('ENOENT', 'scandir', '/x'), '/x cannot be read: it does not exist.'],
  [
    systemError('ENOENT', 'mkdtemp', '/x/pysan-XXXXXX'),
    '/x/pysan-XXXXXX cannot be made: it does not exist. Set TMPDIR to a writable folder.',
  ],
  [systemError('ENOENT', 'spawn git', 'git'), 'git cannot be run: is it installed, and on PATH?'],
  [systemError('EACCES', 'spawn git', 'git'), 'git cannot be run: permission denied.'],
  [
    new Error('Command failed with ENOENT: git -C /x status', { cause: systemError('ENOENT', 'spawn git', 'git') }),
    'git cannot be run: is it installed, and on PATH?',
  ],
  [systemError('ECONNREFUSED', 'connect'), undefined],
  [new TypeError('x is not a function'), undefined],
  ['no error at all', undefined],
  [undefined, undefined],
])('%s: %s', (error, text) => {
  expect(describeSystemError(error)).toBe(text);
});

it.each<[error: Error, code: number]>([
  [new UsageError('x'), 2],
  [new ConfigError('x', ['y']), 2],
  [new UpstreamError('x'), 1],
  [new TypeError('x'), 1],
])('%s ends with %i', (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});
