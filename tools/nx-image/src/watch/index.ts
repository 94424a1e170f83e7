export { type Sighting } from './sighting.ts';
export { watchTags } from './watch-tags.ts';
