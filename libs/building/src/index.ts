export { ensureBase } from './base.ts';
export { buildImage, type BuildWorld, isBuilt } from './build-image.ts';
export { dockerWorld } from './docker-world.ts';
