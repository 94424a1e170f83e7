export * from './ca-bundle.ts';
export { findDispatcher } from './dispatcher.ts';
export * from './http.ts';
export { type HttpResponse, limitedUntil } from './retry.ts';
