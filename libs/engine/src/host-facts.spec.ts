import { expect, it } from '@jest/globals';

import { parseSeccomp } from './host-facts.ts';

it.each([
  { options: ['name=seccomp,profile=builtin'], seccomp: 'default' },
  { options: ['name=apparmor', 'name=seccomp,profile=default', 'name=cgroupns'], seccomp: 'default' },
  { options: ['name=seccomp,profile=unconfined'], seccomp: 'none' },
  { options: ['name=seccomp,profile=/etc/docker/strict.json'], seccomp: 'custom' },
  { options: ['name=apparmor'], seccomp: 'none' },
  { options: [], seccomp: 'none' },
])('$options: $seccomp', ({ options, seccomp }) => {
  expect(parseSeccomp(options)).toBe(seccomp);
});
