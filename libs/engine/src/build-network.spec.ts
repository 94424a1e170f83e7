import { expect, it } from '@jest/globals';

import { buildNetwork, proxyArguments } from './build-network.ts';

it.each([
  { env: {}, names: [] },
  { env: { HTTPS_PROXY: 'http://user:secret@proxy.example:3128' }, names: ['HTTPS_PROXY'] },
  {
    env: { http_proxy: 'http://proxy.example', NO_PROXY: 'localhost', HTTP_PROXY: '' },
    names: ['http_proxy', 'NO_PROXY'],
  },
])('hands on $names of $env', ({ env, names }) => {
  expect(proxyArguments(env)).toEqual(names);
});

it.each([
  { env: {}, addresses: [], network: undefined },
  { env: {}, addresses: ['https://github.com/numpy/numpy'], network: undefined },
  { env: {}, addresses: ['https://github.com/python/cpython', 'http://127.0.0.1:8080/numpy'], network: 'host' },
  { env: {}, addresses: ['http://localhost/numpy'], network: 'host' },
  { env: {}, addresses: ['http://localhost.example/numpy'], network: undefined },
  { env: { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: '127.0.0.1' }, addresses: [], network: undefined },
  { env: { https_proxy: 'http://user:secret@127.0.0.1:3128' }, addresses: [], network: 'host' },
  { env: { HTTP_PROXY: 'localhost:3128' }, addresses: [], network: 'host' },
  { env: { HTTP_PROXY: '[::1]:3128' }, addresses: [], network: 'host' },
])('with $env, fetching from $addresses, the network is $network', ({ env, addresses, network }) => {
  expect(buildNetwork(env, addresses)).toBe(network);
});
