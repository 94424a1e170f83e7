/** For tests: what signatures are worth, without cosign. */
import type { ReadSignature } from '@pysan/releases';

class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
}

/** Whatever there is was signed by whom everybody trusts, with all that is attached to it. */
export const allSigned: ReadSignature = () => Promise.resolve({ covers: new Everything() });

/** Nothing was signed. */
export const nothingSigned: ReadSignature = () => Promise.resolve({ refusal: 'it has no signature' });
