export * from './credentials.ts';
export * from './manifest.ts';
export * from './reference.ts';
export * from './referrers.ts';
export * from './repository.ts';
export * from './server.ts';
export * from './tags.ts';
export * from './upload.ts';
