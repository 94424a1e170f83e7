export * from './annotations.ts';
export * from './labels.ts';
export * from './local-tags.ts';
export * from './promotion.ts';
export * from './public-tags.ts';
export * from './rollback.ts';
export * from './tag-guard.ts';
export * from './tag-moves.ts';
