export { ensureBase } from './base.ts';
export { buildFrom, buildImage, type BuildWorld, isBuilt, type MadeFrom } from './build-image.ts';
export { dockerWorld } from './docker-world.ts';
