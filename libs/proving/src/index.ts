export { measureBuilt } from './recall/measure-built.ts';
export { measureRecall } from './recall/measure-recall.ts';
export { readPrograms } from './recall/read-programs.ts';
export { requireMeasurable } from './recall/require-measurable.ts';
export { nameOf, readOutdated, recordProof } from './verify/proofs.ts';
export { type CheckFolder, type Checks, readChecks } from './verify/read-checks.ts';
export { readSubject } from './verify/subject.ts';
export { verifyBuilt } from './verify/verify-built.ts';
export { verifyImage } from './verify/verify-image.ts';
