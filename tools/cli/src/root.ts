/** The root of the repository, wherever `./pysan` was called from. */
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../../..');
