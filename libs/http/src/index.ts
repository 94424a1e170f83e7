export * from './http.ts';
export { type HttpResponse, limitedUntil } from './retry.ts';
