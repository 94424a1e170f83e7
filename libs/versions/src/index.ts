export * from './default-python.ts';
export * from './found.ts';
export * from './libraries.ts';
export * from './lock.ts';
export * from './news.ts';
export * from './pep440.ts';
export * from './search.ts';
export * from './select.ts';
