/**
 * ESLint: typescript-eslint's strict rules that know the types, and the layers of the workspace.
 *
 * The layers are Nx tags in each package.json. `core` decides; it gets everything that it looks at as a value, so it may
 * touch neither files nor network, environment or clock. `io` talks to one kind of server each. `app` has the use cases.
 * Tools import libraries and never each other. Only tests import `testing`, which has the doubles. Formatting is
 * prettier's business; no rule here concerns it.
 */
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import regexp from 'eslint-plugin-regexp';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Nx's rule reads the cached project graph. A fresh clone has none, and the rule would then be skipped with
// a warning; an old one would judge by yesterday's tags.
process.env.NX_DAEMON ??= 'false';
const { nodes } = await createProjectGraphAsync();
const foldersOf = (tag) =>
  Object.values(nodes).flatMap(({ data }) => (data.tags?.includes(tag) ? [`${data.root}/**/*.ts`] : []));

const sees = {
  core: ['core'],
  io: ['core', 'io'],
  app: ['core', 'io', 'app'],
  tool: ['core', 'io', 'app'],
  testing: ['core', 'io', 'app'],
};

const boundaries = (...also) => ({
  // The CLI imports a library where a command needs it, so that `--help` stays quick; Nx would then forbid
  // every static import of that library.
  '@nx/enforce-module-boundaries': [
    'error',
    {
      depConstraints: Object.entries(sees).map(([layer, seen]) => ({
        sourceTag: `layer:${layer}`,
        onlyDependOnLibsWithTags: [...seen, ...also].map((it) => `layer:${it}`),
        ...(layer === 'core' ? { bannedExternalImports: ['undici', 'execa'] } : {}),
      })),
      checkDynamicDependenciesExceptions: ['@pysan/.*'],
      // A double is made of what it stands for, and the specs of that use the double.
      ignoredCircularDependencies: Object.keys(nodes).map((name) => ['testing', name]),
    },
  ],
});

const pure = 'A core library does no I/O: it gets this as a value (design.md, invariant 1).';
const clock = [
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "MemberExpression[object.name='Date'][property.name='now']",
];

export default defineConfig(
  globalIgnores(['**/dist', '.nx']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...boundaries(),
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: ['error', 'smart'],
    },
  },
  {
    // What others wrote is searched in a time that grows as its length, not as its square.
    files: ['**/*.ts'],
    ignores: ['**/*.spec.ts', 'tools/e2e/**'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    files: foldersOf('layer:core'),
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(node:(?!crypto$)|(fs|child_process|os|http|https|net)(/|$))', message: pure }] },
      ],
      'no-restricted-globals': [
        'error',
        ...['process', 'fetch', 'performance'].map((name) => ({ name, message: pure })),
      ],
      'no-restricted-syntax': ['error', ...clock.map((selector) => ({ selector, message: pure }))],
    },
  },
  {
    files: ['libs/testing/**/*.ts', 'tools/e2e/**/*.ts'],
    rules: boundaries('testing'),
  },
  {
    // Jest's matchers are typed with `any`, and a test may expect a function to return nothing.
    files: ['**/*.spec.ts'],
    rules: {
      ...boundaries('testing'),
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
);
