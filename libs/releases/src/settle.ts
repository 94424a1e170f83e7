/** Takes what cannot be told for a part of the answer. */
import { isExpected } from '@pysan/model';

/** A value, or what kept it from being read. */
export async function settle<T>(answer: Promise<T>): Promise<T | { readonly unreadable: string }> {
  try {
    return await answer;
  } catch (error) {
    if (!isExpected(error)) {
      throw error;
    }
    return { unreadable: error.message };
  }
}
