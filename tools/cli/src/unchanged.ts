/** The last line of a command that ran without --apply. */
export const unchanged = 'Nothing was changed. Run it with --apply to do this.';
