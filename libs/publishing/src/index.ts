export { publishImage } from './publish-image.ts';
export { readSbom } from './read-sbom.ts';
export { runDevelop } from './run-develop.ts';
export { requireSigner } from './sign.ts';
