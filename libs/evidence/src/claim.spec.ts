import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from '@jest/globals';

import { claimOf, describeClaim } from './claim.ts';

const certificate = (name: string) => readFileSync(path.join(import.meta.dirname, 'fixtures', name), 'utf8');
const workflow = 'https://github.com/acme/pysan/.github/workflows/docker_image_numpy.yml@refs/heads/main';
const github = 'https://token.actions.githubusercontent.com';

it.each([
  { what: 'no certificate', pem: undefined, text: 'with a key, which does not identify its owner' },
  // As cosign writes it beside a signature with a key.
  { what: 'an empty one', pem: '', text: 'with a key, which does not identify its owner' },
  { what: 'one of a workflow', pem: certificate('certificate.pem'), text: `as ${workflow}, certified by ${github}` },
  {
    what: 'an old one of a person',
    pem: certificate('certificate-2021.pem'),
    text: `as somebody@example.org, certified by ${github}`,
  },
  { what: 'what is none', pem: 'x', text: 'with a certificate that cannot be read' },
])('a signature with $what is $text', ({ pem, text }) => {
  const annotations = pem === undefined ? {} : { 'dev.sigstore.cosign/certificate': pem };
  expect(describeClaim(claimOf(annotations))).toBe(text);
});
