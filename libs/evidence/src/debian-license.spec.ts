import { expect, it } from '@jest/globals';
import parseExpression from 'spdx-expression-parse';

import { licenseOfCopyright } from './debian-license.ts';

const format = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/';

it.each([
  [['Expat'], 'MIT'],
  [['GPL-2+'], 'GPL-2.0-or-later'],
  [['LGPL-2.1'], 'LGPL-2.1-only'],
  [['gfdl-1.3+'], 'GFDL-1.3-or-later'],
  [['BSD-3-clause'], 'BSD-3-Clause'],
  [['ZLIB '], 'Zlib'],
  [['ISC', 'Expat', 'ISC', ''], 'ISC AND MIT'],
  [['GPL-1+ or Expat'], 'GPL-1.0-or-later OR MIT'],
  [['ISC', 'GPL-1+ or Expat'], '(GPL-1.0-or-later OR MIT) AND ISC'],
  [['ISC, and GPL-1+ or Expat'], '(ISC) AND (GPL-1.0-or-later OR MIT)'],
  [['ISC, Expat and GPL-2+'], '(ISC) AND (MIT AND GPL-2.0-or-later)'],
  [['PCRE'], 'LicenseRef-Debian-PCRE'],
  [['GPL-3+ with Libtool exception'], 'LicenseRef-Debian-GPL-3-or-later-with-Libtool-exception'],
  [
    ['LGPLv3+_or_GPLv2+', 'Artistic or ISC'],
    '(LicenseRef-Debian-Artistic OR ISC) AND LicenseRef-Debian-LGPLv3-or-later-or-GPLv2-or-later',
  ],
])('%j is %s', (names, expression) => {
  const license = licenseOfCopyright([format, ...names.map((name) => `License: ${name}`)]);
  expect(license?.expression).toBe(expression);
  expect(() => parseExpression(expression)).not.toThrow();
});

it('keeps the names that the SPDX list lacks', () => {
  const license = licenseOfCopyright([format, 'License: GPL-2+ with OpenSSL exception or Expat', 'License: PCRE']);
  expect(license?.unlisted).toEqual([
    { id: 'LicenseRef-Debian-GPL-2-or-later-with-OpenSSL-exception', name: 'GPL-2+ with OpenSSL exception' },
    { id: 'LicenseRef-Debian-PCRE', name: 'PCRE' },
  ]);
});

it.each([
  ['prose', ['License: The main library is licensed under GNU Lesser']],
  ['no licence', [format]],
  ['nothing', []],
])('tells nothing from %s', (_, lines) => {
  expect(licenseOfCopyright(lines)).toBeUndefined();
});
