export * from './http.ts';
export type { HttpResponse } from './retry.ts';
