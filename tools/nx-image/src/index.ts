export { planImage } from './build/plan-image.ts';
export { type BuildRequest, type Resolved, resolveRequest } from './build/resolve.ts';
