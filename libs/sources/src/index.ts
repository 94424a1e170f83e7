export * from './apt-mirror.ts';
export * from './cpython-source.ts';
export * from './docker-hub.ts';
export * from './package-index.ts';
export * from './python-org.ts';
