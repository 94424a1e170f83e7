import { expect, it } from '@jest/globals';

import { expand, parseDockerfile } from './dockerfile.ts';

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
