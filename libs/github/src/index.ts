export { findGitHub, type GitHub, openGitHub } from './client.ts';
export * from './find-repository.ts';
export * from './issues.ts';
export * from './packages.ts';
export * from './proposal.ts';
export * from './releases.ts';
export type { Repository } from './repository.ts';
export * from './workflows.ts';
