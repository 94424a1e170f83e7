export { publishImage } from './publish-image.ts';
export { requireSigner } from './sign.ts';
