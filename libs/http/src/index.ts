export * from './ca-bundle.ts';
export { findDispatcher } from './dispatcher.ts';
export * from './entries.ts';
export * from './http.ts';
export { type HttpResponse, isLimit, limitedUntil } from './retry.ts';
