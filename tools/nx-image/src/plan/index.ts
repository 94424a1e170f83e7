export { readCandidates, readPlan } from './read-plan.ts';
