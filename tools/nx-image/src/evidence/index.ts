export { findRefusal, requireCosign, signImage } from './cosign.ts';
export { readSbom } from './read-sbom.ts';
