import { expect, it } from '@jest/globals';

import { nextStep, type Situation } from './ladder.ts';

const debianRoot: Situation = {
  probe: 'silent',
  pointedTo: undefined,
  dockerd: true,
  root: true,
  platform: 'linux',
  distribution: 'debian',
};

it.each<[string, Partial<Situation>, string]>([
  ['uses a running engine', { probe: 'answers' }, 'use'],
  ['uses a running engine wherever it was pointed to', { probe: 'answers', pointedTo: 'tcp://build:2375' }, 'use'],
  ['starts an installed engine as root', {}, 'start'],
  ['starts it on any distribution', { distribution: 'fedora' }, 'start'],
  ['installs where there is no dockerd', { dockerd: false }, 'install'],
  ['installs where there is no client', { dockerd: false, probe: 'no client' }, 'install'],
  ['installs a client beside a dockerd', { probe: 'no client' }, 'install'],
  ['installs on Ubuntu', { dockerd: false, distribution: 'ubuntu debian' }, 'install'],
])('%s', (_title, situation, step) => {
  expect(nextStep({ ...debianRoot, ...situation })).toEqual({ do: step });
});

it.each<[string, Partial<Situation>, RegExp]>([
  ['another distribution', { dockerd: false, distribution: 'fedora' }, /neither Debian nor Ubuntu. Install Docker/],
  ['no root, dockerd installed', { root: false }, /systemctl start docker/],
  ['no root, nothing installed', { root: false, dockerd: false, probe: 'no client' }, /Install Docker/],
  ['no right to the socket', { root: false, probe: 'denied' }, /usermod -aG docker/],
  ['an engine elsewhere that is down', { pointedTo: 'tcp://build:2375' }, /answers at tcp:\/\/build:2375/],
  ['a Mac', { platform: 'darwin', root: false, dockerd: false }, /Docker Desktop/],
])('says what to do in one line: %s', (_title, situation, message) => {
  expect(nextStep({ ...debianRoot, ...situation })).toEqual({
    do: 'give up',
    message: expect.stringMatching(message),
  });
  expect(JSON.stringify(nextStep({ ...debianRoot, ...situation }))).not.toContain('\\n');
});
