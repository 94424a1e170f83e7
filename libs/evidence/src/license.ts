/** Licences as SPDX writes them: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/. */
import parseExpression from 'spdx-expression-parse';

/** A name that the SPDX list lacks, and how it is referred to in an expression. */
export interface UnlistedLicense {
  /** `LicenseRef-Debian-PCRE`. */
  readonly id: string;
  readonly name: string;
}

export interface License {
  readonly expression: string;
  /** The references in it. */
  readonly unlisted: readonly UnlistedLicense[];
}

// What is compiled has no metadata that says it, or only in releases of other years. `debian` stands for LLVM.
const upstreamExpressions: Readonly<Record<string, string>> = {
  cpython: 'PSF-2.0',
  debian: 'Apache-2.0 WITH LLVM-exception',
  lapack: 'BSD-3-Clause-Open-MPI',
  numpy: 'BSD-3-Clause',
  openblas: 'BSD-3-Clause',
  scipy: 'BSD-3-Clause',
};

/** The licence of a component whose own metadata does not tell it; undefined when nobody wrote it down here. */
export function licenseOfUpstream(component: string): License | undefined {
  const expression = upstreamExpressions[component];
  return expression === undefined ? undefined : { expression, unlisted: [] };
}

/** The licence that a Python distribution declares; undefined unless that is an SPDX expression. */
export function licenseOfMetadata(declared: string | undefined): License | undefined {
  return declared !== undefined && isExpression(declared) ? { expression: declared, unlisted: [] } : undefined;
}

/** A reference to a licence of its own needs a text, which the metadata does not hold. */
function isExpression(text: string): boolean {
  try {
    parseExpression(text);
    return !text.includes('LicenseRef-');
  } catch {
    return false;
  }
}
