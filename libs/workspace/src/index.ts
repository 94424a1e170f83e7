export * from './dockerfile.ts';
export * from './image-inputs.ts';
export * from './images.ts';
export * from './locks.ts';
export * from './record-folder.ts';
export * from './retention-files.ts';
export * from './source-tree.ts';
export * from './write-locks.ts';
