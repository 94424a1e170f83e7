export * from './check.ts';
export * from './checks-hash.ts';
export * from './findings.ts';
export * from './judge.ts';
export * from './report.ts';
export * from './start.ts';
export * from './verdict.ts';
