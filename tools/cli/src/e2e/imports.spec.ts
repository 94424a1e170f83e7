import { expect, it } from '@jest/globals';

import { parseImports } from './imports.ts';

it.each([
  { text: "import { a } from './a.ts';", names: ['./a.ts'] },
  {
    text: "import {\n  a,\n  b,\n} from '@pysan/engine';\nimport type { C } from '@pysan/model';",
    names: ['@pysan/engine', '@pysan/model'],
  },
  { text: "export * from './a.ts';", names: ['./a.ts'] },
  { text: "import './a.ts';", names: ['./a.ts'] },
  { text: "const { a } = await import('../a.ts');", names: ['../a.ts'] },
  { text: "import { a } from './a.ts';\nimport('./a.ts');", names: ['./a.ts'] },
  { text: "const from = 'here';", names: [] },
  { text: "isCopy(flag === 'from');\nconst other = 'b';", names: [] },
])('finds $names', ({ text, names }) => {
  expect(parseImports(text)).toEqual(names);
});
