export * from './default-python.ts';
export * from './lock.ts';
export * from './pep440.ts';
export * from './select.ts';
