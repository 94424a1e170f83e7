export * from './cpython-source.ts';
export * from './docker-hub.ts';
export * from './git.ts';
export { isReachable } from './http.ts';
export * from './package-index.ts';
export * from './python-org.ts';
