import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';

import { type CompiledSource, parseInventory } from './inventory.ts';
import { sbomOf } from './sbom.ts';
import { listingOf } from './test-listing.ts';

const schema = readFileSync(path.join(import.meta.dirname, 'fixtures/spdx-schema-2.3.json'), 'utf8');
const validate = new Ajv2019({ strict: false }).compile(JSON.parse(schema) as object);

const digest = `sha256:${'d'.repeat(64)}`;
const subject = { image: 'numpy-tsan', pythonTag: '3.14.3t', buildId: 'b'.repeat(64), digest, created: new Date(1e12) };
const sources = [
  { name: 'cpython', version: '3.14.3', from: 'debian', sha256: 'a'.repeat(64) },
  { name: 'numpy', version: 'c0ffee', from: 'https://example.org/numpy', commit: 'c0ffee' },
];

function documentOf(compiled: readonly CompiledSource[] = sources): ReturnType<typeof sbomOf> {
  return sbomOf(subject, parseInventory(listingOf({ sources: [...compiled] }), []));
}

describe('an SPDX document', () => {
  it('is valid by the schema of SPDX 2.3', () => {
    expect(validate(documentOf()) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...documentOf(), creationInfo: {} })).toBe(false);
  });

  it('is named by the digest of the image, and dated by the image', () => {
    expect(documentOf()).toMatchObject({
      name: 'numpy-tsan-3.14.3t',
      documentNamespace: `https://spdx.org/spdxdocs/numpy-tsan-3.14.3t-sha256-${'d'.repeat(64)}`,
      creationInfo: { created: '2001-09-09T01:46:40Z', creators: ['Tool: pysan'] },
    });
  });

  it('is the same in whatever order things were found', () => {
    expect(JSON.stringify(documentOf([...sources].reverse()))).toBe(JSON.stringify(documentOf()));
  });

  it.each`
    id                                                   | version        | license                    | purl
    ${'SPDXRef-deb-libstdcplusplus6-amd64'}              | ${'14.2.0-19'} | ${'NOASSERTION'}           | ${'pkg:deb/debian/libstdc%2B%2B6@14.2.0-19?arch=amd64&distro=debian-13&upstream=gcc-14%4014.2.0-19'}
    ${'SPDXRef-deb-zlib1g-amd64'}                        | ${'1:1.3.1'}   | ${'Zlib'}                  | ${'pkg:deb/debian/zlib1g@1:1.3.1?arch=amd64&distro=debian-13&upstream=zlib%401%3A1.3.1'}
    ${'SPDXRef-python-opt-build-python-meson'}           | ${'1.12.1'}    | ${'NOASSERTION'}           | ${'pkg:pypi/meson@1.12.1'}
    ${'SPDXRef-python-opt-pyenv-versions-3.14.3t-numpy'} | ${'2.4.6'}     | ${'BSD-3-Clause AND 0BSD'} | ${'pkg:pypi/numpy@2.4.6'}
    ${'SPDXRef-source-cpython'}                          | ${'3.14.3'}    | ${'PSF-2.0'}               | ${'pkg:generic/cpython@3.14.3'}
    ${'SPDXRef-source-numpy'}                            | ${'c0ffee'}    | ${'BSD-3-Clause AND 0BSD'} | ${'pkg:generic/numpy@c0ffee'}
  `('has $id at $version, $license', ({ id, version, license, purl }) => {
    expect(documentOf().packages.find(({ SPDXID }) => SPDXID === id)).toMatchObject({
      versionInfo: version,
      licenseDeclared: license,
      externalRefs: [expect.objectContaining({ referenceLocator: purl })],
    });
  });

  it('says of sources how they are checked', () => {
    const [cpython, numpy] = documentOf().packages.filter(({ SPDXID }) => SPDXID.startsWith('SPDXRef-source-'));
    expect(cpython?.checksums).toEqual([{ algorithm: 'SHA256', checksumValue: 'a'.repeat(64) }]);
    expect(numpy?.downloadLocation).toBe('git+https://example.org/numpy@c0ffee');
  });

  it('relates each package to the image, and no id is there twice', () => {
    const { packages, relationships } = documentOf();
    const ids = packages.map(({ SPDXID }) => SPDXID);
    expect(relationships.map(({ relatedSpdxElement }) => relatedSpdxElement)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('knows the licence of scipy, whose metadata tells it in prose', () => {
    const document = documentOf([{ name: 'scipy', version: '1.17.1', sha256: 'a'.repeat(64), from: 'index' }]);
    expect(document.packages.at(-1)).toMatchObject({ name: 'scipy', licenseDeclared: 'BSD-3-Clause' });
  });
});
