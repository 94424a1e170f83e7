/** What a command says that was not told to apply what it shows. */
export const unchanged = 'Nothing was changed: --apply does it.';
