declare module 'bibtex-parse' {
  /** The entries of a file, without comments and strings. */
  export function entries(text: string): readonly object[];
}
