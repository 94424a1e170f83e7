export { planChain } from './chain.ts';
export { findLatestOnGitHub, findLatestPython } from './locks/latest.ts';
export { type Failure, type Request, type Resolution, resolveLocks } from './locks/resolve-locks.ts';
export { findSites, type Sites } from './locks/sites.ts';
export { type BuildRequest } from './request.ts';
export { type Resolved, resolveRequest } from './resolve.ts';
