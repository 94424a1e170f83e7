import { expect, it } from '@jest/globals';

import { expand, parseDockerfile, withoutDefaults } from './dockerfile.ts';

const text = `
ARG base_image=cpython-tsan
FROM scratch AS recipes
COPY images/recipes/numpy /numpy
COPY --chmod=755 images/recipes/common/one \\
     images/recipes/common/two /common/
FROM \${base_image}
ARG tools=tools.txt
ARG build_id
COPY versions/tools/\${tools} /tmp/
COPY --from=recipes /numpy /tmp/numpy
`;

it('reads arguments, bases and what is copied from the context', () => {
  expect(parseDockerfile(text)).toEqual({
    args: { base_image: 'cpython-tsan', tools: 'tools.txt', build_id: undefined },
    copies: [
      'images/recipes/numpy',
      'images/recipes/common/one',
      'images/recipes/common/two',
      'versions/tools/${tools}',
    ],
    bases: ['scratch', '${base_image}'],
  });
});

it.each([
  { buildArgs: {}, expected: 'versions/tools/tools.txt' },
  { buildArgs: { tools: 'tools-3.13t.txt' }, expected: 'versions/tools/tools-3.13t.txt' },
])('expands to $expected', ({ buildArgs, expected }) => {
  expect(expand('versions/tools/${tools}', buildArgs, parseDockerfile(text))).toBe(expected);
});

it.each([
  { line: 'ARG numpy_version=2.4.6', left: 'ARG numpy_version' },
  { line: 'ARG numpy_version', left: 'ARG numpy_version' },
  { line: 'ARG numpy_version=', left: 'ARG numpy_version' },
  { line: 'ARG numpy_versions=2.4.6', left: 'ARG numpy_versions=2.4.6' },
  { line: 'ARG numpy_version=2.4.6 other=1', left: 'ARG numpy_version=2.4.6 other=1' },
  { line: 'ENV numpy_version=2.4.6', left: 'ENV numpy_version=2.4.6' },
])('leaves $left of $line when the build gives numpy_version', ({ line, left }) => {
  expect(withoutDefaults(`FROM scratch\n${line}\nRUN make\n`, ['numpy_version'])).toBe(
    `FROM scratch\n${left}\nRUN make\n`,
  );
});
