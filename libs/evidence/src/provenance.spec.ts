import { describe, expect, it } from '@jest/globals';

import { originOf } from './origin.ts';
import { type BuildRecord, provenanceOf, type ProvenanceFacts } from './provenance.ts';

const hex = (digit: string): string => digit.repeat(64);
const project = 'https://github.com/acme/pysan';
const checkout = { project: 'https://example.org/pysan', commit: 'c'.repeat(40) };

const build: BuildRecord = {
  image: 'numpy-tsan',
  python: '3.14.3t',
  buildId: hex('b'),
  contents: [
    { component: 'debian', version: '1:21.1.8-3~bpo13+2', locked: true },
    { component: 'cpython', version: '3.14.3', sha256: hex('1'), locked: true },
    {
      component: 'numpy',
      version: 'main',
      commit: 'e'.repeat(40),
      repository: 'https://github.com/numpy/numpy',
      locked: false,
    },
  ],
  inputs: { schema: 1, platform: 'linux/amd64', files: {}, buildArgs: {}, parent: hex('a'), releases: [] },
};
const facts: ProvenanceFacts = {
  subject: { name: 'ghcr.io/acme/numpy-tsan', digest: `sha256:${hex('d')}` },
  build,
  parent: { name: 'ghcr.io/acme/cpython-tsan', digest: `sha256:${hex('f')}` },
  takes: [],
  base: `sha256:${hex('9')}`,
  origin: { project, commit: 'c'.repeat(40), builder: `${project}/local` },
  created: new Date(1e12),
};

function dependencies(changes: Partial<ProvenanceFacts>): object[] {
  return [...provenanceOf({ ...facts, ...changes }).predicate.buildDefinition.resolvedDependencies];
}

describe('a provenance', () => {
  it('is an in-toto statement about the digest', () => {
    expect(provenanceOf(facts)).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'ghcr.io/acme/numpy-tsan', digest: { sha256: hex('d') } }],
      predicateType: 'https://slsa.dev/provenance/v1',
    });
  });

  it('says what was asked for, and which build that is', () => {
    expect(provenanceOf(facts).predicate.buildDefinition).toMatchObject({
      buildType: `${project}/blob/main/docs/images.md#provenance-v1`,
      externalParameters: { image: 'numpy-tsan', python: '3.14.3t', platform: 'linux/amd64', numpy: 'main' },
      internalParameters: { buildId: hex('b'), inputs: build.inputs },
    });
  });

  it('lists all that it was made of, by digest or commit', () => {
    const parent = `pkg:oci/cpython-tsan@sha256:${hex('f')}?repository_url=ghcr.io%2Facme%2Fcpython-tsan`;
    expect(dependencies({})).toEqual([
      { name: 'repository', uri: `git+${project}`, digest: { gitCommit: 'c'.repeat(40) } },
      { name: 'parent', uri: parent, digest: { sha256: hex('f') } },
      { name: 'base', digest: { sha256: hex('9') } },
      { name: 'llvm', uri: 'pkg:deb/debian/libllvm21@1:21.1.8-3~bpo13+2' },
      { name: 'cpython', uri: 'pkg:generic/cpython@3.14.3', digest: { sha256: hex('1') } },
      {
        name: 'numpy',
        uri: `git+https://github.com/numpy/numpy@${'e'.repeat(40)}`,
        digest: { gitCommit: 'e'.repeat(40) },
      },
    ]);
  });

  it('names what it takes files from by its digest', () => {
    const openblas = { name: 'ghcr.io/acme/openblas-tsan', digest: `sha256:${hex('8')}` };
    expect(dependencies({ takes: [openblas] })).toContainEqual({
      name: 'takes',
      uri: expect.stringContaining('pkg:oci/openblas-tsan@sha256'),
      digest: { sha256: hex('8') },
    });
  });

  it('of the first image has a base and no parent', () => {
    const first = { ...build, image: 'toolchain', python: null, contents: [] };
    const packages = { sha256: hex('7') };
    expect(dependencies({ build: first, parent: undefined, base: `packages:${hex('7')}` })).toEqual([
      expect.objectContaining({ name: 'repository' }),
      { name: 'base', digest: packages, annotations: { of: 'the sorted list of package=version' } },
    ]);
    expect(provenanceOf({ ...facts, build: first }).predicate.buildDefinition.externalParameters).toEqual({
      image: 'toolchain',
      platform: 'linux/amd64',
    });
  });

  it('says who built it, and when', () => {
    const invocation = `${project}/actions/runs/7/attempts/1`;
    expect(provenanceOf({ ...facts, origin: { ...facts.origin, invocation } }).predicate.runDetails).toEqual({
      builder: { id: `${project}/local` },
      metadata: { invocationId: invocation, finishedOn: '2001-09-09T01:46:40.000Z' },
    });
    expect(provenanceOf(facts).predicate.runDetails.metadata).not.toHaveProperty('invocationId');
  });
});

describe('the origin of a build', () => {
  it('is the run and the workflow in GitHub Actions', () => {
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/pysan',
      GITHUB_WORKFLOW_REF: 'acme/pysan/.github/workflows/publish.yml@refs/heads/main',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '2',
    };
    expect(originOf(env, checkout)).toEqual({
      project,
      commit: checkout.commit,
      builder: `${project}/.github/workflows/publish.yml@refs/heads/main`,
      invocation: `${project}/actions/runs/7/attempts/2`,
    });
  });

  it('is the checkout elsewhere, and nobody is named as its builder', () => {
    expect(originOf({ GITHUB_REPOSITORY: 'acme/pysan' }, checkout)).toEqual({
      ...checkout,
      builder: 'https://example.org/pysan/local',
    });
  });
});
