export * from './http.ts';
export type { Answer } from './retry.ts';
