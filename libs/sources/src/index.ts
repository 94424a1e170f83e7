export { debianKeyring, type DebianSite } from './debian-release.ts';
export * from './debian.ts';
export * from './docker-hub.ts';
export * from './git.ts';
export * from './package-index.ts';
export * from './python-org.ts';
