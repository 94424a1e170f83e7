export { type BuildRequest, type Resolved, resolveRequest } from './build/resolve.ts';
