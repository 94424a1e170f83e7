/** SPDX licence expressions: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/. */
import parseExpression from 'spdx-expression-parse';

/** A licence that the SPDX list lacks, and its reference in an expression. */
export interface UnlistedLicense {
  /** `LicenseRef-Debian-PCRE`. */
  readonly id: string;
  readonly name: string;
}

export interface License {
  readonly expression: string;
  /** The references in the expression. */
  readonly unlisted: readonly UnlistedLicense[];
}

// Compiled sources have no metadata with a licence, or not in all releases. `debian` stands for LLVM.
const upstreamExpressions: Readonly<Record<string, string>> = {
  cpython: 'PSF-2.0',
  debian: 'Apache-2.0 WITH LLVM-exception',
  bzip2: 'bzip2-1.0.6',
  lapack: 'BSD-3-Clause-Open-MPI',
  libffi: 'MIT',
  libzstd: 'BSD-3-Clause OR GPL-2.0-only',
  numpy: 'BSD-3-Clause',
  openblas: 'BSD-3-Clause',
  openssl: 'Apache-2.0',
  scipy: 'BSD-3-Clause',
  sqlite3: 'blessing',
  'xz-utils': '0BSD',
  zlib: 'Zlib',
};

/** The licence of a component whose metadata has none; undefined if it is not in this list. */
export function licenseOfUpstream(component: string): License | undefined {
  const expression = upstreamExpressions[component];
  return expression === undefined ? undefined : { expression, unlisted: [] };
}

/** The licence that a Python distribution declares; undefined unless that is an SPDX expression. */
export function licenseOfMetadata(declared: string | undefined): License | undefined {
  return declared !== undefined && isExpression(declared) ? { expression: declared, unlisted: [] } : undefined;
}

/** A LicenseRef needs the text of the licence, which the metadata does not have. */
function isExpression(text: string): boolean {
  try {
    parseExpression(text);
    return !text.includes('LicenseRef-');
  } catch {
    return false;
  }
}
