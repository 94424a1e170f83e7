export { readCandidates, readPlan, readPlanFrom } from './read-plan.ts';
