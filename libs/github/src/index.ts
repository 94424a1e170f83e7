export * from './find-repository.ts';
export * from './issues.ts';
export * from './proposal.ts';
export type { Repository } from './repository.ts';
export * from './workflows.ts';
