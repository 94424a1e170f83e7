export * from './labels.ts';
export * from './local-tags.ts';
