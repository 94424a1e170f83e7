export { readSbom } from './read-sbom.ts';
