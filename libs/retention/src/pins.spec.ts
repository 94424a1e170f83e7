import { expect, it } from '@jest/globals';
import { ConfigError } from '@pysan/model';

import { addPins, findApart, findPins, parsePins } from './pins.ts';

const images = ['cpython', 'cpython-tsan', 'numpy-tsan'];
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

it.each<{ text: string; pins: string[] }>([
  { text: `container: registry.example/acme/numpy-tsan@${digest}`, pins: [`numpy-tsan@${digest}`] },
  { text: `container: "numpy-tsan:3.14t@${digest}"`, pins: [`numpy-tsan@${digest}`] },
  { text: `- run: docker run --rm localhost:5000/cpython-tsan@${digest} true`, pins: [`cpython-tsan@${digest}`] },
  {
    text: `{image: [cpython@${digest}, cpython-tsan@${digest}]}`,
    pins: [`cpython@${digest}`, `cpython-tsan@${digest}`],
  },
  { text: 'image: acme/numpy-tsan:3.14.3t-b0123456789ab', pins: ['numpy-tsan:3.14.3t-b0123456789ab'] },
  {
    text: 'image: acme/numpy-tsan:3.16t-dev-20261125-0123456789ab # daily',
    pins: ['numpy-tsan:3.16t-dev-20261125-0123456789ab'],
  },
  { text: 'image: acme/numpy-tsan:3.14t', pins: [] },
  { text: 'image: acme/numpy-tsan:3.14.3t-numpy2.5.5', pins: [] },
  { text: 'image: acme/numpy-tsan:3.14.3t-b0123456789abc', pins: [] },
  { text: `image: acme/my-numpy-tsan@${digest}`, pins: [] },
  { text: `image: acme/numpy-tsan-mine@${digest}`, pins: [] },
  { text: `image: acme/other@${digest}`, pins: [] },
  { text: 'image: acme/numpy-tsan@sha256:0123', pins: [] },
  { text: `image: acme/numpy-tsan@${digest}0`, pins: [] },
  { text: 'image: acme/numpy-tsan@${{ matrix.digest }}', pins: [] },
])('$text pins $pins', ({ text, pins }) => {
  expect(findPins(text, images)).toEqual(pins);
});

it.each<{ text: string; apart: string[] }>([
  { text: `image: cpython-tsan\ndigest: ${digest}`, apart: [digest] },
  { text: 'image: cpython-tsan\ntag: 3.14.3t-b0123456789ab', apart: ['3.14.3t-b0123456789ab'] },
  { text: `container: acme/cpython-tsan@${digest}`, apart: [] },
  { text: `container: acme/cpython-tsan:3.14t\nother: acme/python@${digest}`, apart: [] },
  { text: `image: python\ndigest: ${digest}`, apart: [] },
  { text: 'image: cpython-tsan\npython: 3.14.3t', apart: [] },
])('$text has $apart apart from its image', ({ text, apart }) => {
  expect(findApart(text, images)).toEqual(apart);
});

it('reads a list back, and lists what is wrong in one', () => {
  const pins = [`numpy-tsan@${digest}`, 'numpy-tsan:3.14.3t-b0123456789ab'];
  expect(parsePins('pins.json', JSON.stringify(pins))).toEqual(pins);
  expect(() => parsePins('pins.json', '["numpy-tsan@sha256:12", "numpy-tsan"]')).toThrow(ConfigError);
  expect(() => parsePins('pins.json', '["numpy-tsan@sha256:12", "numpy-tsan"]')).toThrow(/\[0\].*\n.*\[1\]/);
});

it('adds what was found once, sorted, and takes nothing out', () => {
  expect(addPins(['b:1', 'd:1'], ['c:1', 'd:1', 'a:1', 'c:1'])).toEqual({
    pins: ['a:1', 'b:1', 'c:1', 'd:1'],
    added: ['a:1', 'c:1'],
  });
});
