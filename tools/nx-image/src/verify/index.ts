export { nameOf, readOutdated, recordProof } from './proofs.ts';
export { type CheckFolder, type Checks, readChecks } from './read-checks.ts';
export { type Verification, verifyImage } from './verify-image.ts';
export { readSubject } from './subject.ts';
export { verifyBuilt, type VerifyTask } from './verify-built.ts';
