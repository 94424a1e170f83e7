export * from './build-id.ts';
export * from './plan-build.ts';
