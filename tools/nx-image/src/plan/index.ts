export { findBaseIdentity } from './holdings.ts';
export { hashChecks, readCandidates, readPlan, readPlanFrom } from './read-plan.ts';
export { registryReader } from './registry-reader.ts';
