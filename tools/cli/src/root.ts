/** The root of the repository, independent of the current folder. */
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../../..');
