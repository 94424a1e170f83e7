export { ensureBase } from './base.ts';
export { buildImage, type BuildTask } from './build-image.ts';
export { planImage, type PlannedImage } from './plan-image.ts';
