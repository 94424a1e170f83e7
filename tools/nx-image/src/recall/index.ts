export { measureBuilt } from './measure-built.ts';
export { type RecallMeasurement, measureRecall } from './measure-recall.ts';
export { readPrograms, type SeededPrograms } from './read-programs.ts';
export { requireMeasurable } from './require-measurable.ts';
