/** A module of nothing: its `--import` alone makes Node take its ES module loader for the program. */
export const EMPTY_MODULE = 'data:text/javascript,';
