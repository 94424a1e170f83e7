export { buildImage, requireImage } from './build/build-image.ts';
export { type BuildRequest, resolveRequest } from './build/resolve.ts';
