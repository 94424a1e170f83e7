import { describe, expect, it } from '@jest/globals';

import { candidateOf, findMainEntry, formatDonorSources, offersEngine, parseAptSources } from './apt-sources.ts';

const stanzas = `
Types: deb deb-src
# a remark
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb
URIs: http://mirror.test/off
Suites: bookworm
Components: main
Enabled: no
`;

const lines = `
# deb http://mirror.test/off bookworm main
deb-src http://mirror.test/debian bookworm main
deb [arch=amd64 signed-by=/etc/apt/keyrings/a.gpg] http://mirror.test/debian bookworm main non-free # why
deb http://mirror.test/security bookworm-security main
`;

describe('apt sources', () => {
  it('are read in stanzas, without what is switched off', () => {
    expect(parseAptSources(stanzas)).toEqual([
      {
        uri: 'http://mirror.test/debian',
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main', 'contrib'],
        signedBy: '/usr/share/keyrings/archive.gpg',
      },
    ]);
  });

  it('are read in lines, without sources of sources', () => {
    expect(findMainEntry(parseAptSources(lines), 'bookworm')).toEqual({
      uri: 'http://mirror.test/debian',
      suites: ['bookworm'],
      components: ['main', 'non-free'],
      signedBy: '/etc/apt/keyrings/a.gpg',
    });
  });

  it('name the archive also where base-files is of a newer release than they are', () => {
    expect(findMainEntry(parseAptSources(stanzas), 'trixie')?.uri).toBe('http://mirror.test/debian');
    expect(findMainEntry(parseAptSources('deb http://mirror.test/other bookworm main'), 'trixie')).toBeUndefined();
  });

  it('lend their mirror and key to the donor', () => {
    const [entry] = parseAptSources(stanzas);
    expect(entry && formatDonorSources(entry)).toBe(
      'Types: deb\nURIs: http://mirror.test/debian\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/archive.gpg\n',
    );
  });

  it('keep a key that stands in them', () => {
    const key = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQ';
    const [entry] = parseAptSources(`${stanzas.trim().split('Signed-By')[0] ?? ''}Signed-By:${key}\n`);
    expect(entry && formatDonorSources(entry)).toContain(`Signed-By: ${key}\n`);
  });
});

const policy = (engine: string, buildx: string): string =>
  `docker.io:\n  Installed: (none)\n  Candidate: ${engine}\n  Version table:\n     ${engine} 500\ndocker-buildx:\n  Installed: (none)\n  Candidate: ${buildx}\n`;

it.each([
  { engine: '20.10.24+dfsg1-1+deb12u1+b6', buildx: '(none)', offers: false },
  { engine: '26.1.5+dfsg1-9', buildx: '0.13.1+ds1-3', offers: true },
  { engine: '26.1.5+dfsg1-9', buildx: '(none)', offers: false },
  { engine: '(none)', buildx: '(none)', offers: false },
])('docker.io $engine and docker-buildx $buildx will do: $offers', ({ engine, buildx, offers }) => {
  expect(offersEngine(policy(engine, buildx))).toBe(offers);
});

it('knows no candidate of a package that apt does not name', () => {
  expect(candidateOf(policy('1', '2'), 'docker-cli')).toBeUndefined();
});
