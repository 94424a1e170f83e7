export { applyPrune, type Holding, holdingsOf, readPrune, type Removed } from './clean-up.ts';
export { moveTag } from './move-tag.ts';
export { readShelf, readStory, type Shelf, type Story } from './published.ts';
export { type NamedImage, readNamed } from './read-named.ts';
export { attachRecord, readHolds, readRecords, type Records } from './records.ts';
export { attachReport, findProof } from './reports.ts';
export { applyLift, applyRollback, readLift, readRollback } from './roll-back.ts';
