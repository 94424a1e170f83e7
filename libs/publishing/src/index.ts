export { foretellChain, foretellImage } from './foretell.ts';
export { foretellBaseline, publishBaseline } from './publish-baseline.ts';
export { publishChain, publishImage } from './publish-image.ts';
export type { PublishWorld } from './publish-world.ts';
export { readSbom } from './read-sbom.ts';
export { type Development, runDevelop } from './run-develop.ts';
export { openSigner } from './sign.ts';
export { withBaselineWorld, withForetellWorld, withPublishWorld } from './with-world.ts';
