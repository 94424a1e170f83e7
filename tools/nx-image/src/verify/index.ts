export { type CheckFolder, type Checks, readChecks } from './read-checks.ts';
export { type Verification, verifyImage } from './verify-image.ts';
export { verifyBuilt } from './verify-built.ts';
