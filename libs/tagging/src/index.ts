export * from './labels.ts';
export * from './local-tags.ts';
export * from './public-tags.ts';
export * from './tag-guard.ts';
