export { bytesMax, readBounded } from './bounded.ts';
export * from './ca-bundle.ts';
export { findDispatcher } from './dispatcher.ts';
export * from './entries.ts';
export * from './http.ts';
export { nextPage, type Paging, requireEnd, startPaging } from './pages.ts';
export { repeatCommand } from './repeat-command.ts';
export { type HttpResponse, isLimit, limitedUntil } from './retry.ts';
