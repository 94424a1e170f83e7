/** Turns errors into results. */
import { isExpected } from '@pysan/model';

/** A value, or the error that prevented reading it. */
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
