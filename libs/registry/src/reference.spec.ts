import { expect, it } from '@jest/globals';

import { parseNamespace, parseReference } from './reference.ts';

const digest = `sha256:${'0'.repeat(64)}`;

it.each`
  text                               | host                  | isPlain  | rest
  ${'ghcr.io/acme/numpy-tsan:3.14t'} | ${'ghcr.io'}          | ${false} | ${{ repository: 'acme/numpy-tsan', tag: '3.14t' }}
  ${'ghcr.io/acme/numpy-tsan'}       | ${'ghcr.io'}          | ${false} | ${{ repository: 'acme/numpy-tsan' }}
  ${`localhost:5000/x@${digest}`}    | ${'localhost:5000'}   | ${true}  | ${{ repository: 'x', digest }}
  ${`127.0.0.1:5000/x:1@${digest}`}  | ${'127.0.0.1:5000'}   | ${true}  | ${{ repository: 'x', tag: '1', digest }}
  ${'[::1]:5000/a/b/c'}              | ${'[::1]:5000'}       | ${true}  | ${{ repository: 'a/b/c' }}
  ${'example.com:5000/a'}            | ${'example.com:5000'} | ${false} | ${{ repository: 'a' }}
  ${'http://example.com/a'}          | ${'example.com'}      | ${true}  | ${{ repository: 'a' }}
  ${'https://GHCR.io/a'}             | ${'ghcr.io'}          | ${false} | ${{ repository: 'a' }}
`('reads $text', ({ text, rest, ...server }) => {
  expect(parseReference(text as string)).toEqual({ ...server, ...(rest as object) });
});

it.each`
  text                               | message
  ${'ghcr.io/Acme/numpy-tsan:3.14t'} | ${'must be lower case. Write ghcr.io/acme/numpy-tsan:3.14t'}
  ${'numpy-tsan:3.14t'}              | ${'does not begin with a registry. Write it like ghcr.io/acme/numpy-tsan:3.14t'}
  ${'acme/numpy-tsan'}               | ${'does not begin with a registry'}
  ${'ghcr.io'}                       | ${'is not a valid name of a repository'}
  ${'ghcr.io/a//b'}                  | ${'is not a valid name of a repository'}
  ${'ghcr.io/a/../b'}                | ${'is not a valid name of a repository'}
  ${'ghcr.io/a:x y'}                 | ${'"x y" is not a valid tag'}
  ${'ghcr.io/a:'}                    | ${'"" is not a valid tag'}
  ${'ghcr.io/a@sha256:12'}           | ${'sha256: and 64 hex digits'}
  ${'user@ghcr.io/a'}                | ${'does not begin with a registry'}
  ${'localhost:99999/x'}             | ${'does not begin with a registry'}
  ${'127.0.0.1:65536/x'}             | ${'does not begin with a registry'}
  ${'999.999.999.999/x'}             | ${'does not begin with a registry'}
  ${'ghcr..io/x'}                    | ${'does not begin with a registry'}
  ${'-.io/x'}                        | ${'does not begin with a registry'}
`('refuses $text', ({ text, message }) => {
  expect(() => parseReference(text as string)).toThrow(message);
});

it.each`
  text                | namespace
  ${'ghcr.io/acme'}   | ${{ host: 'ghcr.io', isPlain: false, path: 'acme' }}
  ${'ghcr.io/acme/'}  | ${{ host: 'ghcr.io', isPlain: false, path: 'acme' }}
  ${'localhost:5000'} | ${{ host: 'localhost:5000', isPlain: true, path: '' }}
  ${'ghcr.io/a/b'}    | ${{ host: 'ghcr.io', isPlain: false, path: 'a/b' }}
`('finds repositories at $text', ({ text, namespace }) => {
  expect(parseNamespace(text as string)).toEqual(namespace);
});

it('wants an owner at GHCR, where nothing is without one', () => {
  expect(() => parseNamespace('ghcr.io/')).toThrow('"ghcr.io/" names no owner. Write it like ghcr.io/acme.');
});

it('wants the owner in lower case there, too', () => {
  expect(() => parseNamespace('ghcr.io/ACME')).toThrow('Write ghcr.io/acme');
});
