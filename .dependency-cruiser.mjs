/**
 * How files and folders may import each other, for `depcruise`; packages.spec.ts runs it. Specs are left out: the
 * doubles of libs/testing are made of the libraries whose specs use them.
 */
import path from 'node:path';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-file-circle', from: {}, to: { circular: true } },
    { name: 'no-folder-circle', scope: 'folder', from: {}, to: { circular: true } },
    {
      name: 'no-import-from-below',
      comment: 'The folders of a library import what lies beside index.ts. The other way round is a circle.',
      from: { path: '^(libs/[^/]+/src)/[^/]+$', pathNot: '/index[.]ts$' },
      to: { path: '^$1/[^/]+/' },
    },
    { name: 'no-import-of-nothing', from: {}, to: { couldNotResolve: true } },
  ].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: path.join(import.meta.dirname, 'tsconfig.json') },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
