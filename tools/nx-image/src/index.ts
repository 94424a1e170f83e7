export { type BuildRequest, resolveRequest } from './build/resolve.ts';
