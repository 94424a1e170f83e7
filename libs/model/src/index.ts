export * from './build.ts';
export * from './errors.ts';
export * from './image.ts';
export * from './plain-text.ts';
export * from './python-tag.ts';
