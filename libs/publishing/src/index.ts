export { foretellChain, foretellImage } from './foretell.ts';
export { publishChain, publishImage } from './publish-image.ts';
export type { PublishWorld } from './publish-world.ts';
export { readSbom } from './read-sbom.ts';
export { type Development, runDevelop } from './run-develop.ts';
export { openSigner } from './sign.ts';
export { withForetellWorld, withPublishWorld } from './with-world.ts';
