/** For tests: a resolution of two images without files, toolchain and the cpython that is built on it. */
import { type Image, parsePythonTag, type Release } from '@pysan/model';
import { planBuild } from '@pysan/planning';
import type { Resolved } from '@pysan/resolution';

const debian: Release = { component: 'debian', version: '1:21.1.8', locked: true };
const cpython: Release = { component: 'cpython', version: '3.13.5', sha256: 'c'.repeat(64), locked: true };

const base = { reference: 'pysan-base:trixie', identity: 'sha256:base', image: 'debian:trixie-slim' };

/** As makeResolution answers it for cpython; `files` are those of each image, by its name. */
export function resolutionOf(files: Readonly<Record<string, Readonly<Record<string, string>>>> = {}): Resolved {
  const releases = {
    ...{ platform: 'linux/amd64', python: parsePythonTag('3.13.5t'), releases: [debian, cpython] },
    requirements: {},
  };
  const resolution = { ...releases, baseIdentity: base.identity };
  const plan = (image: Image, argNames: string[], builds?: Resolved['builds']) =>
    planBuild({ image, argNames, files: files[image.name] ?? {} }, resolution, builds);
  const shape = { sanitizer: undefined, tracks: [], workflow: '' };
  const toolchain = plan({ ...shape, name: 'toolchain', parent: undefined, components: ['debian'] }, ['llvm_version']);
  const child = { ...shape, name: 'cpython', parent: 'toolchain', components: ['cpython'] };
  const builds = [toolchain, plan(child, ['python_version'], [toolchain])];
  return { schema: 1, names: ['cpython'], ...releases, trees: {}, base, builds };
}
