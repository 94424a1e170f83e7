export { findBaseIdentity } from './holdings.ts';
export { hashChecks, judgePublished, type Part, readCandidates, readPlan, readPlanFrom } from './read-plan.ts';
export { readRequested } from './read-requested.ts';
export { registryReader } from './registry-reader.ts';
