export { type Policy } from './kept-by-itself.ts';
export { addPins, findApart, findPins, parsePins, type Pins, pinsFile } from './pins.ts';
export { planPrune, type Prune, type Removal } from './prune.ts';
export { parseRetention, type Retention, retentionFile } from './retention.ts';
export { isReferrerTag, type Stored, type StoredImage, storedName } from './stored.ts';
