export { moveTag } from './move-tag.ts';
export { type NamedImage, readNamed } from './read-named.ts';
export { attachRecord, readHolds, readRecords, type Records } from './records.ts';
