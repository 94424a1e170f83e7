export { findLatestOnGitHub, findLatestPython, type LatestRelease } from './locks/latest.ts';
export { type OfferResult, type OfferWorld, offerLocks, requireClean } from './locks/offer-locks.ts';
export { type Failure, type Request, type Resolution, resolveLocks } from './locks/resolve-locks.ts';
export { findSites, type Sites } from './sites.ts';
export { makeResolution, type ResolutionWorld } from './make-resolution.ts';
export {
  buildOf,
  chainNames,
  neededBuilds,
  parentOf,
  readResolution,
  type Resolved,
  writeResolution,
} from './resolved.ts';
